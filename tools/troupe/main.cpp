// The command `troupe`: shows what runs inside Troupe applications.
// SPDX-License-Identifier: BSD-3-Clause

#include "tools/troupe/run.hpp"

#include <csignal>
#include <cstdlib>

#include <unistd.h>

int main(int argc, char** argv) {
  // A reader that goes early shows as an error of the write.
  std::signal(SIGPIPE, SIG_IGN);
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string_view{value != nullptr ? value : ""};
  };
  const troupe::tool::streams to{stdout, stderr, ::isatty(STDOUT_FILENO) != 0};
  return static_cast<int>(
    troupe::tool::run({argv + (argc > 0 ? 1 : 0), argv + argc}, variable, to));
}
