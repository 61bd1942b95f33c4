// One child under a supervisor that does nothing by itself, with all that an actor can be given.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/caf/stateful.hpp"
#include "runtime/caf/supervised_actor.hpp"
#include "runtime/testkit/actor_probe.hpp"
#include "runtime/testkit/fake_supervisor.hpp"
#include "runtime/testkit/recording_sink.hpp"
#include "runtime/testkit/virtual_time_system.hpp"

#include <caf/actor_system.hpp>

#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace troupe::fixture_test {

using lines = std::vector<std::string>;

/// Tells a `puppet` to do what the test's table says.
struct go {
  std::string what;
};
/// The same as a request that is answered with the incarnation.
struct ask_to {
  std::string what;
};

} // namespace troupe::fixture_test

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::fixture_test::go)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::fixture_test::ask_to)

namespace troupe::fixture_test {

/// A state that does what the test's table says: "make" in `make_behavior`, "new" in its constructor, hooks by their
/// names, everything else when it is told to. What comes without an entry is only told.
struct puppet {
  using action = std::function<void(puppet&)>;
  using actions = std::map<std::string, action>;
  static constexpr std::string_view type_name = "puppet";

  puppet(supervised_actor* s, std::shared_ptr<actions> a, std::shared_ptr<lines> t)
    : self(s), table(std::move(a)), told(std::move(t)) {
    perform("new");
  }
  ~puppet() { say("gone"); }

  caf::behavior make_behavior() {
    perform("make");
    return {
      [this](const go& order) { obey(order.what); },
      [this](const ask_to& order) {
        obey(order.what);
        return self->incarnation();
      },
    };
  }
  void on_start() { perform("on_start"); }
  void on_stop(const stop_request& request) {
    say("stop: " + request.reason.text);
    if (table->contains("on_stop"))
      perform("on_stop");
    else
      self->quit(caf::exit_reason::user_shutdown);
  }
  void pre_restart(const error& why) {
    say("pre_restart: " + why.detail);
    perform("pre_restart");
  }
  void post_restart(const error& why, std::uint32_t attempt) {
    say("post_restart: " + why.detail + ", attempt " + std::to_string(attempt));
    perform("post_restart");
  }

  void say(const std::string& what) const {
    told->push_back("#" + std::to_string(self->incarnation()) + " " + what);
  }
  void perform(const std::string& what) {
    if (const auto it = table->find(what); it != table->end())
      it->second(*this);
  }
  void obey(const std::string& what) {
    say(what);
    perform(what);
  }

  supervised_actor* self;
  std::shared_ptr<actions> table;
  std::shared_ptr<lines> told;
};

inline void boom(puppet&) {
  throw std::runtime_error{"boom"};
}

struct child_fixture {
  explicit child_fixture(puppet::actions actions = {}, actor_policy policy = {})
    : table(std::make_shared<puppet::actions>(std::move(actions))) {
    table->emplace("crash", boom);
    setup.policy = policy;
    setup.memory = memory;
    setup.dead_letters = letters;
  }
  ~child_fixture() {
    letters->clear();
    if (child.handle) {
      supervisor.end(child);
      time.run();
    }
    letters->clear();
  }
  child_fixture(const child_fixture&) = delete;
  child_fixture& operator=(const child_fixture&) = delete;

  /// Starts the child, or a new actor for it.
  void start() {
    child = *supervisor.start(
      {.id = "a", .start = [this](const start_args& at) -> result<started_child> {
         using actor_type = stateful<caf::event_based_actor, puppet,
                                     std::shared_ptr<puppet::actions>, std::shared_ptr<lines>>;
         auto given = setup;
         given.record = std::make_shared<actor_record>(at.path, puppet::type_name);
         given.supervisor = caf::actor_cast<caf::weak_actor_ptr>(at.supervisor);
         const auto handle = at.system.spawn<actor_type>(given, std::tuple{table, told});
         return started_child{caf::actor_cast<caf::strong_actor_ptr>(handle), given.record};
       }});
    time.run();
  }

  /// Sends without a turn.
  void tell(const std::string& what,
            caf::message_priority priority = caf::message_priority::normal) {
    probe.send(child.handle, go{what}, priority);
  }
  void run(const std::string& what) {
    tell(what);
    time.run();
  }
  testkit::question ask(const std::string& what) {
    const auto q = probe.ask(child.handle, ask_to{what});
    time.run();
    return q;
  }
  void restart() {
    supervisor.restart(child);
    time.run();
  }
  void resume() {
    supervisor.resume(child);
    time.run();
  }
  void halt() {
    supervisor.halt(child);
    time.run();
  }
  void stop() {
    supervisor.stop(child);
    time.run();
  }
  [[nodiscard]] errc refusal(testkit::question q) const {
    const auto why = probe.refusal(q);
    return why ? why->code : errc{};
  }
  /// Dead letters as `reason: what`, with `?` behind requests.
  [[nodiscard]] lines dead() const {
    lines out;
    for (const auto& letter : letters->dead_letters()) {
      std::string what = "other";
      if (letter.content.match_elements<go>())
        what = letter.content.get_as<go>(0).what;
      if (letter.content.match_elements<ask_to>())
        what = letter.content.get_as<ask_to>(0).what;
      out.push_back(std::string{to_string(letter.reason)} + ": " + what
                    + (letter.was_request ? "?" : ""));
    }
    return out;
  }

  testkit::virtual_time_system time;
  testkit::fake_supervisor supervisor{time.system()};
  testkit::actor_probe probe{time.system()};
  std::shared_ptr<puppet::actions> table;
  std::shared_ptr<lines> told = std::make_shared<lines>();
  std::shared_ptr<incarnation_memory> memory = std::make_shared<incarnation_memory>();
  std::shared_ptr<testkit::recording_sink> letters = std::make_shared<testkit::recording_sink>();
  actor_setup setup;
  started_child child;
};

} // namespace troupe::fixture_test
