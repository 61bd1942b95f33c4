// Output, notes and exit status of whole commands.
// SPDX-License-Identifier: BSD-3-Clause

#include "tools/troupe/run.hpp"

#include <catch2/catch.hpp>

#include <cstdio>
#include <string>
#include <vector>

namespace {

using namespace troupe::tool;

/// Catches what is written.
class sheet {
public:
  sheet() : file_(std::tmpfile()) { REQUIRE(file_ != nullptr); }
  ~sheet() { std::fclose(file_); }
  sheet(const sheet&) = delete;
  sheet& operator=(const sheet&) = delete;

  [[nodiscard]] std::FILE* file() const { return file_; }
  [[nodiscard]] std::string text() const {
    std::string out(static_cast<std::size_t>(std::ftell(file_)), '\0');
    std::rewind(file_);
    const auto read = std::fread(out.data(), 1, out.size(), file_);
    REQUIRE(read == out.size());
    return out;
  }

private:
  std::FILE* file_;
};

struct outcome {
  int status;
  std::string out;
  std::string notes;
};

outcome command(std::vector<std::string> words, std::string target = {}) {
  const sheet out;
  const sheet notes;
  const auto variable = [&](const char* name) {
    return std::string_view{name} == "TROUPE_TARGET" ? std::string_view{target}
                                                     : std::string_view{};
  };
  const auto status = run(std::move(words), variable, {out.file(), notes.file(), false});
  return {static_cast<int>(status), out.text(), notes.text()};
}

} // namespace

TEST_CASE("an answer goes to standard output, status 0", "[run]") {
  const auto done = command({"version"});
  CHECK(done.status == 0);
  CHECK(done.out.find("troupe ") == 0);
  CHECK(done.notes.empty());
}

TEST_CASE("help that was asked for goes to standard output, help that was not to standard error",
          "[run]") {
  const auto asked = command({"--help"});
  CHECK(asked.status == 0);
  CHECK(asked.notes.empty());
  const auto unasked = command({});
  CHECK(unasked.status == 2);
  CHECK(unasked.out.empty());
  CHECK_FALSE(unasked.notes.empty());
}

TEST_CASE("a wrong line ends with 2", "[run]") {
  CHECK(command({"nonsense"}).status == 2);
  CHECK(command({"ps", "-s", "nonsense", "--socket", "/nonexistent/x"}).status == 2);
  CHECK(command({"ps"}, "nonsense").status == 2);
}

TEST_CASE("nobody there ends with 4 and one line", "[run]") {
  for (const auto* each : {"status", "ps", "tree", "events"}) {
    const auto failed = command({each, "--socket", "/nonexistent/x.sock"});
    CHECK(failed.status == 4);
    CHECK(failed.out.empty());
    CHECK(failed.notes.find("troupe: ") == 0);
    CHECK(failed.notes.find('\n') == failed.notes.size() - 1);
  }
  CHECK(command({"ps"}, "/nonexistent/x.sock").status == 4);
  CHECK(command({"ps", "--pid", "1073741824"}).status == 4);
}

TEST_CASE("output that cannot be written ends with 1", "[run]") {
  std::FILE* full = std::fopen("/dev/full", "w");
  REQUIRE(full != nullptr);
  const sheet notes;
  CHECK(
    run({"version"}, [](const char*) { return std::string_view{}; }, {full, notes.file(), false})
    == exit_status::failed);
  CHECK(notes.text().find("troupe: the output: ") == 0);
  std::fclose(full);
}

TEST_CASE("errors have the status that the documentation gives them", "[run]") {
  CHECK(status_of(troupe::errc::invalid_argument) == exit_status::usage);
  CHECK(status_of(troupe::errc::not_found) == exit_status::not_found);
  CHECK(status_of(troupe::errc::not_running) == exit_status::cannot_connect);
  CHECK(status_of(troupe::errc::permission_denied) == exit_status::cannot_connect);
  CHECK(status_of(troupe::errc::timed_out) == exit_status::timed_out);
  CHECK(status_of(troupe::errc::io_error) == exit_status::target_error);
}
