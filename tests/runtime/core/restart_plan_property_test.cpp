// The restart plan against its model, whatever happens in whatever order.
// SPDX-License-Identifier: BSD-3-Clause

#include "tests/runtime/core/supervisor_world.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <algorithm>
#include <sstream>
#include <vector>

using namespace troupe;
using namespace std::chrono_literals;

namespace {

using std::chrono::milliseconds;

/// Lives that are checked; a hundred times rapidcheck's own default, which RC_PARAMS can change.
rc::detail::TestParams ten_thousand() {
  auto params = rc::detail::configuration().testParams;
  params.maxSuccess *= 100;
  params.maxSize *= 4; // steps in a life
  return params;
}

int below(int end) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(0, end));
}

milliseconds up_to(int most) {
  return milliseconds{below(most + 1)};
}

backoff_options some_backoff() {
  if (below(2) == 0)
    return backoff_options::off();
  const auto least = up_to(20);
  return {.min_backoff = least,
          .max_backoff = least + up_to(60),
          .jitter = below(2) * 0.5,
          .first_at_once = below(2) == 0,
          .reset_after = up_to(40)};
}

std::shared_ptr<const child_rules> some_child(const supervisor_rules& rules) {
  child_rules out;
  out.restart = static_cast<restart_type>(below(3));
  out.shutdown = up_to(30);
  out.init_timeout = below(3) == 0 ? up_to(30) : 0ms;
  // What is refused at the door does not come here.
  out.significant = rules.auto_shutdown != auto_shutdown::never
                    && out.restart != restart_type::permanent && below(2) == 0;
  if (below(6) == 0)
    out.limits = restart_limits{static_cast<std::uint32_t>(below(4)), milliseconds{1 + below(100)}};
  out.backoff = some_backoff();
  out.max_consecutive = static_cast<std::uint32_t>(below(6) == 0 ? 1 + below(4) : 0);
  return std::make_shared<const child_rules>(out);
}

supervisor_rules some_rules(std::size_t children) {
  supervisor_rules out;
  out.strategy = static_cast<restart_strategy>(below(4));
  out.limits = {static_cast<std::uint32_t>(below(3) == 0 ? below(5) : 50),
                milliseconds{1 + below(200)}};
  out.on_limit = below(3) == 0 ? limit_action::escalate : limit_action::pause;
  out.pause = milliseconds{1 + below(40)};
  out.auto_shutdown = below(4) != 0 ? auto_shutdown::never : static_cast<auto_shutdown>(below(3));
  out.start = static_cast<start_mode>(below(2));
  out.stop = static_cast<stop_order>(below(2));
  out.on_start_failure = static_cast<start_failure>(below(2));
  out.start_barrier = below(2) == 0;
  out.max_children = static_cast<std::uint32_t>(children) + static_cast<std::uint32_t>(below(3));
  return out;
}

} // namespace

TEST_CASE("whatever happens in whatever order, the plan does what the model says: starts and stops "
          "in its order, "
          "with its counts, budget and outcome",
          "[restart_plan][A1][A4][A5][A6][A9][A12][A13][B1][B2][B3][B4][B6][B7][C1][C2][C3][C4][C5]"
          "[C6][C7][C8][C9]"
          "[C10][D1][D2][D3][D4][D5][D6][D7][D8][D10][G2][G3][G4][G6][G7][G8][G9][G10][G11]") {
  const auto result = rc::detail::checkTestable(
    [] {
      const auto count = static_cast<std::size_t>(1 + below(5));
      const auto rules = some_rules(count);
      std::vector<std::shared_ptr<const child_rules>> children;
      std::generate_n(std::back_inserter(children), count, [&] { return some_child(rules); });
      tests::supervisor_world world{rules, std::move(children),
                                    static_cast<std::uint32_t>(1 + below(1'000'000))};
      const auto script = *rc::gen::container<std::vector<std::uint32_t>>(
        rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::uint32_t>(0, 1u << 28)));
      for (const auto step : script)
        world.step(step);
      world.end();
    },
    rc::detail::TestMetadata{}, ten_thousand());
  std::ostringstream message;
  rc::detail::printResultMessage(result, message);
  INFO(message.str());
  CHECK(result.is<rc::detail::SuccessResult>());
}
