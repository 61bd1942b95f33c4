// What has to be right before hostwatch opens its port.
// SPDX-License-Identifier: BSD-3-Clause

#include "examples/hostwatch/startup.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

#include <sys/resource.h>
#include <unistd.h>

namespace hostwatch {

namespace {

using troupe::errc;
using troupe::error;
using troupe::result;

error system_failure(const char* what) {
  return {errc::io_error, std::string{what} + ": " + std::system_category().message(errno)};
}

startup_step open_files_step() {
  auto before = std::make_shared<rlimit>();
  auto start = [before]() -> result<void> {
    if (getrlimit(RLIMIT_NOFILE, before.get()) != 0)
      return system_failure("getrlimit");
    auto now = *before;
    constexpr rlim_t wanted = 65'536;
    now.rlim_cur = std::max(now.rlim_cur, std::min(now.rlim_max, wanted));
    if (setrlimit(RLIMIT_NOFILE, &now) != 0)
      return system_failure("setrlimit");
    spdlog::info("open_files: limit {}, was {}", now.rlim_cur, before->rlim_cur);
    return {};
  };
  auto undo = [before]() -> result<void> {
    if (setrlimit(RLIMIT_NOFILE, before.get()) != 0)
      return system_failure("setrlimit");
    spdlog::info("open_files: undone, limit {} again", before->rlim_cur);
    return {};
  };
  return {"open_files", std::move(start), std::move(undo)};
}

startup_step identity_step(std::shared_ptr<host_identity> here) {
  auto start = [here = std::move(here)]() -> result<void> {
    std::array<char, 256> name{};
    if (gethostname(name.data(), name.size() - 1) != 0)
      return system_failure("gethostname");
    const auto ticks = sysconf(_SC_CLK_TCK);
    if (ticks <= 0)
      return error{errc::io_error, "_SC_CLK_TCK: " + std::to_string(ticks)};
    here->name = clean_host_name(name.data());
    here->ticks_per_second = static_cast<std::uint64_t>(ticks);
    spdlog::info("identity: this host is {}", here->name);
    return {};
  };
  return {"identity", std::move(start), {}};
}

startup_step proc_step(const std::shared_ptr<proc_files>& files,
                       std::shared_ptr<const host_identity> here) {
  auto start = [files, here = std::move(here)]() -> result<void> {
    if (auto opened = files->open(); !opened)
      return opened;
    // Undone here: the undo of a step that failed is not called.
    const auto fail = [&](error why) -> result<void> {
      files->close();
      return why;
    };
    const auto texts = files->read();
    if (!texts)
      return fail(texts.error());
    if (const auto values = parse_texts(*texts, here->ticks_per_second); !values)
      return fail(values.error());
    spdlog::info("proc: the kernel's files are open");
    return {};
  };
  auto undo = [files]() -> result<void> {
    files->close();
    spdlog::info("proc: undone, the kernel's files are closed");
    return {};
  };
  return {"proc", std::move(start), std::move(undo)};
}

} // namespace

std::vector<startup_step> startup_steps(const prepared& into) {
  return {open_files_step(), identity_step(into.here), proc_step(into.files, into.here)};
}

void add_startup(troupe::application& app, std::vector<startup_step> steps,
                 const std::string& failing) {
  for (auto& step : steps) {
    if (step.name == failing)
      step.start = []() -> result<void> {
        return error{errc::start_failed, "a failure was asked for (--fail-startup)"};
      };
    app.hook(step.name, std::move(step.start), std::move(step.undo));
  }
}

std::string clean_host_name(std::string_view name) {
  std::string out;
  for (const char c : name.substr(0, max_host_name))
    if (is_host_name({&c, 1}))
      out += c;
  return out.empty() ? "localhost" : out;
}

} // namespace hostwatch
