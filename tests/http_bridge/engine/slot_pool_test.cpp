// Slots, their names, and the order in which answers leave.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/engine/slot_pool.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <algorithm>
#include <cstddef>
#include <set>
#include <vector>

using namespace troupe::http;
using troupe::internal::slot_id;

namespace troupe::http {

// The pool keeps the address of a connection and never looks at it.
class connection {};

} // namespace troupe::http

TEST_CASE("a slot's number fits CAF's request id and names it again", "[slot_pool]") {
  CHECK(rc::check([](std::uint32_t generation) {
    const slot_id name{*rc::gen::inRange<std::uint32_t>(0, 1U << slot_id::index_bits), generation};
    RC_ASSERT(name.number() < (std::uint64_t{1} << 60));
    RC_ASSERT(slot_id::from_number(name.number()) == name);
  }));
}

TEST_CASE("the number of a slot in use is never 0, which CAF takes for no request", "[slot_pool]") {
  slot_pool pool;
  connection owner;
  CHECK(pool.acquire(owner).id().number() != 0);
}

TEST_CASE("a slot that was given back is not found under its old name", "[slot_pool]") {
  slot_pool pool;
  connection owner;
  auto& first = pool.acquire(owner);
  const auto old = first.id();
  CHECK(pool.find(old) == &first);
  pool.release(first);
  CHECK(pool.find(old) == nullptr);
  auto& second = pool.acquire(owner);
  CHECK(&second == &first);
  CHECK(pool.find(old) == nullptr);
  CHECK(pool.find(second.id()) == &second);
}

TEST_CASE("a name from nowhere is not found", "[slot_pool]") {
  slot_pool pool;
  CHECK(pool.find({7, 1}) == nullptr);
  CHECK(pool.find(slot_id::from_number(0)) == nullptr);
}

TEST_CASE("a reused slot remembers nothing of its last use", "[slot_pool]") {
  slot_pool pool;
  connection owner;
  auto& slot = pool.acquire(owner);
  slot.state = slot::state_type::ready;
  slot.last = slot.head_sent = slot.counted = true;
  slot.answer = response::text("old");
  pool.release(slot);
  auto& again = pool.acquire(owner);
  CHECK(again.state == slot::state_type::waiting);
  CHECK_FALSE((again.last || again.head_sent || again.counted));
  CHECK(again.answer.body().empty());
  CHECK(again.stream == nullptr);
}

TEST_CASE("addresses stay when the pool grows", "[slot_pool]") {
  slot_pool pool;
  connection owner;
  auto& first = pool.acquire(owner);
  for (int i = 0; i < 10'000; ++i)
    static_cast<void>(pool.acquire(owner));
  CHECK(pool.find(first.id()) == &first);
}

TEST_CASE("an id longer than its room is cut, a shorter one kept", "[slot_pool]") {
  request_id id;
  CHECK(id.text().empty());
  id.assign("abc");
  CHECK(id.text() == "abc");
  id.assign(std::string(100, 'x'));
  CHECK(id.text() == std::string(request_id::longest, 'x'));
}

TEST_CASE("whatever the order of the answers, they leave in the order of the requests",
          "[slot_pool][pipeline]") {
  CHECK(rc::check([] {
    const auto count = *rc::gen::inRange<std::size_t>(1, 40);
    std::vector<std::size_t> order(count);
    for (std::size_t i = 0; i < count; ++i)
      order[i] = i;
    for (std::size_t i = count; i > 1; --i)
      std::swap(order[i - 1], order[*rc::gen::inRange<std::size_t>(0, i)]);

    slot_pool pool;
    connection owner;
    pipeline line;
    std::vector<slot_id> names;
    for (std::size_t i = 0; i < count; ++i) {
      auto& slot = pool.acquire(owner);
      names.push_back(slot.id());
      line.push(slot);
    }
    std::vector<slot_id> left;
    for (const auto answered : order) {
      pool.find(names[answered])->state = slot::state_type::ready;
      while (line.front() != nullptr && line.front()->state == slot::state_type::ready) {
        left.push_back(line.front()->id());
        pool.release(line.pop());
      }
      RC_ASSERT(line.size() == count - left.size());
    }
    RC_ASSERT(left == names);
    RC_ASSERT(line.empty());
    RC_ASSERT(line.back() == nullptr);
  }));
}
