// The kernel's files about this host.
// SPDX-License-Identifier: BSD-3-Clause

#include "examples/hostwatch/proc_files.hpp"

#include "examples/hostwatch/proc_reader.hpp"

#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace hostwatch {

namespace {

using troupe::errc;
using troupe::error;

constexpr int closed = -1;
constexpr std::array names{"stat", "meminfo", "loadavg", "net/dev"};

error failure(const std::string& path) {
  return {errc::io_error, path + ": " + std::system_category().message(errno)};
}

} // namespace

troupe::result<sample> parse_texts(const proc_texts& texts, std::uint64_t ticks_per_second) {
  const auto cpu = parse_stat(texts.stat, ticks_per_second);
  if (!cpu)
    return cpu.error();
  const auto memory = parse_meminfo(texts.meminfo);
  if (!memory)
    return memory.error();
  const auto load = parse_loadavg(texts.loadavg);
  if (!load)
    return load.error();
  const auto network = parse_net_dev(texts.net_dev);
  if (!network)
    return network.error();
  return sample{texts.at, *cpu, *memory, *load, *network};
}

proc_files::proc_files(std::string folder) : folder_(std::move(folder)) {
  descriptors_.fill(closed);
}

proc_files::~proc_files() {
  close();
}

std::string proc_files::path(std::size_t file) const {
  return folder_ + "/" + names.at(file);
}

troupe::result<void> proc_files::open() {
  for (std::size_t i = 0; i < count; ++i) {
    descriptors_[i] = ::open(path(i).c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptors_[i] == closed) {
      auto why = failure(path(i));
      close();
      return why;
    }
  }
  return {};
}

void proc_files::close() noexcept {
  for (auto& descriptor : descriptors_)
    if (descriptor != closed)
      ::close(std::exchange(descriptor, closed));
}

troupe::result<std::string> proc_files::read(std::size_t file) const {
  constexpr std::size_t step = 16 * 1024;
  if (descriptors_[file] == closed)
    return error{errc::not_running, path(file) + " is not open"};
  std::string out;
  for (;;) {
    const auto there = out.size();
    out.resize(there + step);
    const auto got = ::pread(descriptors_[file], out.data() + there, step,
                             static_cast<off_t>(there));
    if (got < 0 && errno == EINTR) {
      out.resize(there);
      continue;
    }
    if (got < 0)
      return failure(path(file));
    out.resize(there + static_cast<std::size_t>(got));
    if (got == 0)
      return out;
    if (out.size() > text_limit.count())
      return error{errc::io_error, path(file) + ": longer than " + to_text(text_limit)};
  }
}

troupe::result<proc_texts> proc_files::read() const {
  proc_texts out;
  out.at = std::chrono::system_clock::now();
  const std::array<std::string*, count> texts{&out.stat, &out.meminfo, &out.loadavg, &out.net_dev};
  for (std::size_t i = 0; i < count; ++i) {
    auto text = read(i);
    if (!text)
      return std::move(text).error();
    *texts[i] = std::move(*text);
  }
  return out;
}

} // namespace hostwatch
