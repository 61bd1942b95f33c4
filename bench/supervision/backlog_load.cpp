// Times how long a stop takes to get through a backlog.
// SPDX-License-Identifier: BSD-3-Clause

#include "bench/supervision/backlog_load.hpp"

#include <caf/send.hpp>

#include <algorithm>
#include <vector>

namespace bench {

void stop_behind_backlog(const std::function<stoppable(std::shared_ptr<backlog>)>& make,
                         const arguments& given) {
  const auto messages = given.number("messages");
  std::vector<double> times;
  std::uint64_t handled = 0;
  for (auto repeats = given.number("repeats"); repeats > 0; --repeats) {
    const auto shared = std::make_shared<backlog>();
    const auto target = make(shared);
    caf::anon_send(target.handle, hold{});
    shared->held.wait(false);
    for (std::uint64_t i = 0; i < messages; ++i)
      caf::anon_send(target.handle, queued{});
    const auto asked = clock_type::now();
    target.stop();
    shared->released = true;
    shared->released.notify_one();
    shared->stopped.wait(false);
    times.push_back(std::chrono::duration<double, std::milli>(shared->stopped_at - asked).count());
    handled = std::max(handled, shared->handled);
  }
  std::sort(times.begin(), times.end());
  finish(times.back(),
         {{"median_ms", times[times.size() / 2]}, {"handled", static_cast<double>(handled)}});
}

} // namespace bench
