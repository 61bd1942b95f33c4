// Colours, lines and output.
// SPDX-License-Identifier: BSD-3-Clause

#include "tools/troupe/terminal.hpp"

#include <catch2/catch.hpp>

#include <csignal>
#include <cstdio>
#include <map>
#include <string>

#include <unistd.h>

namespace {

using namespace troupe::tool;

terminal_style style(bool is_terminal, bool flag, std::map<std::string, std::string> variables) {
  return style_for(is_terminal, flag,
                   [&](const char* name) { return std::string_view{variables[name]}; });
}

} // namespace

TEST_CASE("colours come on a terminal only", "[terminal]") {
  CHECK(style(true, false, {}).color);
  CHECK_FALSE(style(false, false, {}).color);
}

TEST_CASE("colours are switched off by flag, NO_COLOR and a dumb terminal", "[terminal]") {
  CHECK_FALSE(style(true, true, {}).color);
  CHECK_FALSE(style(true, false, {{"NO_COLOR", "1"}}).color);
  CHECK(style(true, false, {{"NO_COLOR", ""}}).color);
  CHECK_FALSE(style(true, false, {{"TERM", "dumb"}}).color);
  CHECK(style(true, false, {{"TERM", "xterm"}}).color);
}

TEST_CASE("FORCE_COLOR brings colours back, NO_COLOR and the flag beat it", "[terminal]") {
  CHECK(style(false, false, {{"FORCE_COLOR", "1"}}).color);
  CHECK(style(false, false, {{"FORCE_COLOR", "1"}, {"TERM", "dumb"}}).color);
  CHECK_FALSE(style(true, false, {{"FORCE_COLOR", "0"}}).color);
  CHECK_FALSE(style(false, false, {{"FORCE_COLOR", "1"}, {"NO_COLOR", "1"}}).color);
  CHECK_FALSE(style(false, true, {{"FORCE_COLOR", "1"}}).color);
}

TEST_CASE("the first locale variable that is set decides on Unicode", "[terminal]") {
  CHECK(style(true, false, {{"LANG", "C.UTF-8"}}).unicode);
  CHECK(style(true, false, {{"LC_CTYPE", "de_DE.utf8"}}).unicode);
  CHECK_FALSE(style(true, false, {{"LC_ALL", "C"}, {"LANG", "C.UTF-8"}}).unicode);
  CHECK(style(true, false, {{"LC_ALL", ""}, {"LANG", "C.UTF-8"}}).unicode);
  CHECK_FALSE(style(true, false, {}).unicode);
}

TEST_CASE("output is written whole", "[terminal]") {
  std::FILE* file = std::tmpfile();
  REQUIRE(file != nullptr);
  const std::string text(100'000, 'x');
  CHECK(write_all(file, text));
  CHECK(std::ftell(file) == 100'000);
  std::fclose(file);
}

TEST_CASE("a reader that has gone is no error", "[terminal]") {
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  ::close(ends[0]);
  std::FILE* to = ::fdopen(ends[1], "w");
  CHECK(write_all(to, "anybody there?"));
  CHECK(write_all(to, std::string(100'000, 'x')));
  std::fclose(to);
  std::signal(SIGPIPE, before);
}

TEST_CASE("a full disk is an error", "[terminal]") {
  std::FILE* full = std::fopen("/dev/full", "w");
  REQUIRE(full != nullptr);
  CHECK_FALSE(write_all(full, "x"));
  CHECK_FALSE(write_all(full, std::string(100'000, 'x')));
  std::fclose(full);
}
