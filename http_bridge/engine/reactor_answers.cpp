// Takes answers, from this thread and from others, to the slots that wait for them.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/problem.hpp"
#include "http_bridge/protocol/date.hpp"
#include "http_bridge/engine/reactor.hpp"
#include "http_bridge/internal/stream_channel.hpp"

#include <array>
#include <random>
#include <string>
#include <utility>

namespace troupe::http {

namespace {

/// Tells the ids of this process from those of others in one log.
std::uint32_t process_tag() {
  static const std::uint32_t tag = std::random_device{}();
  return tag;
}

} // namespace

void reactor::apply(internal::posted& what) {
  std::visit([this](auto& each) { apply(each); }, what);
}

void reactor::apply(internal::posted_stream& what) {
  auto* found = slots_.find(what.slot);
  if (found == nullptr || found->state != slot::state_type::waiting) {
    counters_.late_answers.add();
    what.channel->abandon();
    return;
  }
  exchange_ended(*found);
  found->answer = std::move(what.head);
  found->stream = std::move(what.channel);
  found->state = slot::state_type::streaming;
  counters_.streams.add();
  counters_.streams_started.add();
  if (closing_)
    found->stream->say_farewell();
  found->owner->mark();
}

void reactor::apply(internal::posted_progress& what) {
  if (auto* found = slots_.find(what.slot))
    found->owner->mark();
}

void reactor::answer(internal::slot_id name, response&& what) {
  auto* found = slots_.find(name);
  if (found == nullptr || found->state != slot::state_type::waiting) {
    counters_.late_answers.add();
    return;
  }
  exchange_ended(*found);
  found->answer = std::move(what);
  found->state = slot::state_type::ready;
  found->owner->mark();
}

void reactor::fail(internal::slot_id name, const error& why) {
  auto* found = slots_.find(name);
  if (found == nullptr || found->state != slot::state_type::waiting) {
    counters_.late_answers.add();
    return;
  }
  auto what = problem_for(why, found->request.text());
  if (what.status() == status::internal_server_error) {
    counters_.handler_failures.add();
    options().events->publish(
      request_failed{options().name, std::string{found->request.text()}, why});
  }
  answer(name, std::move(what));
}

void reactor::exchange_ended(slot& which) noexcept {
  if (which.counted) {
    which.counted = false;
    counters_.in_flight.subtract();
  }
}

void reactor::name(request_id& out) noexcept {
  static constexpr char digits[] = "0123456789abcdef";
  std::array<char, 20> text;
  auto put = [&](std::size_t at, std::size_t width, std::uint64_t value) {
    for (std::size_t i = width; i-- > 0; value >>= 4)
      text[at + i] = digits[value & 15];
  };
  put(0, 8, process_tag());
  put(8, 2, index_);
  put(10, 10, ++next_request_);
  out.assign({text.data(), text.size()});
}

std::string_view reactor::date() {
  const auto second = ::time(nullptr);
  if (second != date_second_) {
    date_second_ = second;
    date_ = protocol::http_date(std::chrono::system_clock::from_time_t(second));
  }
  return {date_.data(), date_.size()};
}

} // namespace troupe::http
