// What every program of the supervision bench shares.
// SPDX-License-Identifier: BSD-3-Clause

#include "bench/supervision/measurement.hpp"

#include <charconv>
#include <cstdio>
#include <cstdlib>

#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

namespace bench {

namespace {

[[noreturn]] void refuse(std::string_view what, std::string_view why) {
  std::fprintf(stderr, "%.*s: %.*s\n", static_cast<int>(what.size()), what.data(),
               static_cast<int>(why.size()), why.data());
  std::exit(2);
}

} // namespace

arguments::arguments(int argc, char** argv) {
  if (argc < 2)
    refuse(argv[0], "which metric?");
  metric_ = argv[1];
  for (int i = 2; i < argc; ++i) {
    const std::string_view one{argv[i]};
    const auto equals = one.find('=');
    if (equals == std::string_view::npos)
      refuse(one, "not key=value");
    values_.emplace(one.substr(0, equals), one.substr(equals + 1));
  }
}

const std::string& arguments::text(const std::string& key) const {
  const auto found = values_.find(key);
  if (found == values_.end())
    refuse(key, "is missing");
  return found->second;
}

std::uint64_t arguments::number(const std::string& key) const {
  const auto& digits = text(key);
  std::uint64_t value = 0;
  const auto* end = digits.data() + digits.size();
  const auto [rest, failure] = std::from_chars(digits.data(), end, value);
  if (failure != std::errc{} || rest != end || value == 0)
    refuse(key, "not a number from 1");
  return value;
}

std::chrono::milliseconds arguments::milliseconds(const std::string& key) const {
  return std::chrono::milliseconds{number(key)};
}

void print_result(double value,
                  std::initializer_list<std::pair<std::string_view, double>> details) {
  std::printf("{\"value\": %.17g", value);
  for (const auto& [name, detail] : details)
    std::printf(", \"%.*s\": %.17g", static_cast<int>(name.size()), name.data(), detail);
  std::printf("}\n");
  std::fflush(stdout);
}

void finish(double value, std::initializer_list<std::pair<std::string_view, double>> details) {
  print_result(value, details);
  _exit(0);
}

void fail(std::string_view why) {
  std::fprintf(stderr, "%.*s\n", static_cast<int>(why.size()), why.data());
  _exit(1);
}

double cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

double resident_bytes() {
  malloc_trim(0);
  auto* file = std::fopen("/proc/self/statm", "r");
  unsigned long pages = 0;
  if (file == nullptr || std::fscanf(file, "%*u %lu", &pages) != 1)
    fail("/proc/self/statm cannot be read");
  std::fclose(file);
  return static_cast<double>(pages) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

} // namespace bench
