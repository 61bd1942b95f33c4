// The eventfd behind the wake signal.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/internal/wake_signal.hpp"

#include <cerrno>
#include <system_error>

#include <sys/eventfd.h>
#include <unistd.h>

namespace troupe::internal {

result<std::shared_ptr<wake_signal>> wake_signal::make() {
  const int fd = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (fd < 0)
    return error{errc::io_error, "eventfd: " + std::generic_category().message(errno)};
  return std::make_shared<wake_signal>(fd);
}

wake_signal::~wake_signal() {
  ::close(fd_);
}

void wake_signal::notify() noexcept {
  if (!set_.exchange(true, std::memory_order_acq_rel))
    static_cast<void>(::eventfd_write(fd_, 1));
}

void wake_signal::acknowledge() noexcept {
  eventfd_t count = 0;
  static_cast<void>(::eventfd_read(fd_, &count));
  static_cast<void>(set_.exchange(false, std::memory_order_acq_rel));
}

} // namespace troupe::internal
