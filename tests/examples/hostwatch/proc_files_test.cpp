// Specifies how the kernel's files are held open and read.
// SPDX-License-Identifier: BSD-3-Clause

#include "examples/hostwatch/proc_files.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <random>
#include <string>

namespace {

using namespace hostwatch;

/// A folder with the four files; gone with the object.
class folder {
public:
  folder()
    : path_(std::filesystem::temp_directory_path()
            / ("proc_files_test." + std::to_string(std::random_device{}()))) {
    std::filesystem::create_directories(path_ / "net");
    write("stat", "cpu 1 0 1 98\n");
    write("meminfo", "MemTotal: 100 kB\nMemAvailable: 40 kB\n");
    write("loadavg", "0.5 0.4 0.3 1/1 1\n");
    write("net/dev", "a\nb\neth0: 7 0 0 0 0 0 0 0 9 0 0 0 0 0 0 0\n");
  }
  ~folder() { std::filesystem::remove_all(path_); }
  folder(const folder&) = delete;
  folder& operator=(const folder&) = delete;

  void write(const char* name, const std::string& text) const {
    std::ofstream{path_ / name} << text;
  }
  void remove(const char* name) const { std::filesystem::remove(path_ / name); }
  [[nodiscard]] std::string path() const { return path_.string(); }

private:
  std::filesystem::path path_;
};

} // namespace

TEST_CASE("each read begins at the start and sees what is there then", "[proc_files]") {
  const folder there;
  proc_files files{there.path()};
  REQUIRE(files.open());
  CHECK(files.read()->loadavg == "0.5 0.4 0.3 1/1 1\n");
  there.write("loadavg", "1.5 0.4 0.3 1/1 1\n");
  CHECK(files.read()->loadavg == "1.5 0.4 0.3 1/1 1\n");
}

TEST_CASE("the texts together make a sample", "[proc_files]") {
  const folder there;
  proc_files files{there.path()};
  REQUIRE(files.open());
  const auto texts = files.read();
  REQUIRE(texts);
  const auto values = parse_texts(*texts, 100);
  REQUIRE(values);
  CHECK(values->at == texts->at);
  CHECK(values->cpu.busy == std::chrono::milliseconds{20});
  CHECK(values->memory.total.count() == 102'400);
  CHECK(values->load.one == 0.5);
  CHECK(values->network.sent.count() == 9);
}

TEST_CASE("one broken text spoils the sample and is named", "[proc_files]") {
  for (const auto* name : {"stat", "meminfo", "loadavg", "net/dev"}) {
    const folder there;
    there.write(name, "nonsense");
    proc_files files{there.path()};
    REQUIRE(files.open());
    const auto values = parse_texts(files.read().value(), 100);
    REQUIRE_FALSE(values);
    CHECK_THAT(values.error().detail, Catch::StartsWith("/proc/" + std::string{name}));
  }
}

TEST_CASE("a file that is not there is named, and none stays open", "[proc_files]") {
  const folder there;
  there.remove("net/dev");
  proc_files files{there.path()};
  const auto opened = files.open();
  REQUIRE_FALSE(opened);
  CHECK_THAT(opened.error().detail, Catch::StartsWith(there.path() + "/net/dev: "));
  CHECK(files.read().error().code == troupe::errc::not_running);
}

TEST_CASE("after close nothing is read", "[proc_files]") {
  const folder there;
  proc_files files{there.path()};
  CHECK(files.read().error().code == troupe::errc::not_running);
  REQUIRE(files.open());
  files.close();
  CHECK(files.read().error().code == troupe::errc::not_running);
  files.close();
}

TEST_CASE("a text that is too long is an error, one at the limit is not", "[proc_files]") {
  const folder there;
  proc_files files{there.path()};
  REQUIRE(files.open());
  there.write("stat", std::string(proc_files::text_limit.count(), 'x'));
  CHECK(files.read()->stat.size() == proc_files::text_limit.count());
  there.write("stat", std::string(proc_files::text_limit.count() + 1, 'x'));
  CHECK_THAT(files.read().error().detail, Catch::Contains("stat: longer than 1 MiB"));
}

TEST_CASE("this machine's own files can be read", "[proc_files]") {
  proc_files files;
  REQUIRE(files.open());
  const auto values = parse_texts(files.read().value(), 100);
  REQUIRE(values);
  CHECK(values->memory.total.count() > 0);
  CHECK(values->cpu.total.count() > 0);
}
