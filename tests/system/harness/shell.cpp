// Command lines.
// SPDX-License-Identifier: BSD-3-Clause

#include "tests/system/harness/shell.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include <sys/wait.h>

namespace harness {

scratch_folder::scratch_folder()
  : path_((std::filesystem::temp_directory_path() / "troupe.XXXXXX").string()) {
  if (mkdtemp(path_.data()) == nullptr)
    throw std::runtime_error{"mkdtemp " + path_};
}

scratch_folder::~scratch_folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

shell_result shell(const std::string& line) {
  const scratch_folder folder;
  const auto file = [&](const char* name) { return folder.path() + "/" + name; };
  std::ofstream{file("line")} << "PATH=\"$TROUPE_BIN_DIR:$PATH\"\n"
                                 "unset XDG_RUNTIME_DIR HOME TROUPE_TARGET\n"
                                 "unset NO_COLOR FORCE_COLOR LC_ALL LC_CTYPE LANG\n"
                              << line << '\n';
  const auto command = "sh " + file("line") + " >" + file("out") + " 2>" + file("err");
  const int status = std::system(command.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, content_of(file("out")),
          content_of(file("err"))};
}

std::string content_of(const std::string& path) {
  const std::ifstream file{path};
  std::ostringstream out;
  out << file.rdbuf();
  return out.str();
}

} // namespace harness
