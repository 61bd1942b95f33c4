// Who is restarted with a child that fails: `04_restart_strategies one_for_one`, `one_for_all` or `rest_for_one`.
// Five siblings say when they start and when they are told to stop; then the one in the middle fails.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/supervision/make_child.hpp"
#include "runtime/supervision/supervisor.hpp"
#include "runtime/application/application.hpp"
#include "runtime/application/exit_code.hpp"

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/exit_reason.hpp>
#include <caf/send.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace example {

struct fail {};

} // namespace example

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(example::fail)

namespace {

/// Ends the application when `restarts` members have come back.
struct goal {
  troupe::application& app;
  std::atomic<int> restarts;

  void one_is_back() {
    if (--restarts == 0)
      app.request_stop({troupe::stop_reason::kind_type::requested, "all are back"});
  }
};

class member {
public:
  static constexpr std::string_view type_name = "member";

  member(troupe::supervised_actor* self, goal* end) : self_(self), end_(end) {
    spdlog::info("{} starts, incarnation {}", self->path(), self->incarnation());
  }

  caf::behavior make_behavior() {
    return {[this](example::fail) {
      spdlog::info("{} fails", self_->path());
      throw std::runtime_error{"told to fail"};
    }};
  }

  void on_start() {
    if (self_->incarnation() == 2)
      end_->one_is_back();
  }

  void on_stop(const troupe::stop_request&) {
    spdlog::info("{} stops", self_->path());
    self_->quit(caf::exit_reason::user_shutdown);
  }

private:
  troupe::supervised_actor* self_;
  goal* end_;
};

} // namespace

int main(int argc, char** argv) {
  using enum troupe::restart_strategy;
  const std::map<std::string_view, std::pair<troupe::restart_strategy, int>> choices{
    {"one_for_one", {one_for_one, 1}},
    {"one_for_all", {one_for_all, 5}},
    {"rest_for_one", {rest_for_one, 3}}};
  const auto choice = choices.find(argc == 2 ? argv[1] : "");
  if (choice == choices.end()) {
    fmt::print(stderr, "usage: 04_restart_strategies one_for_one|one_for_all|rest_for_one\n");
    return troupe::exit_code::usage;
  }
  const auto [strategy, restarts] = choice->second;
  troupe::application app{"04_restart_strategies"};
  goal end{app, restarts};
  std::vector<troupe::child_spec> members;
  for (const auto* id : {"a", "b", "c", "d", "e"})
    members.push_back(troupe::make_child<member>(id, &end));
  app.add(troupe::make_supervisor("group", {.strategy = strategy}, std::move(members)));
  app.on_ready([victim = app.ref("/app/group/c")] {
    caf::anon_send(caf::actor_cast<caf::actor>(victim.resolve()), example::fail{});
  });
  return troupe::run(app);
}
