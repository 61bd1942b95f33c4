// A supervisor at /test/top, its scripted children, and what the tests ask of them.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/supervision/pool.hpp"
#include "runtime/supervision/supervisor.hpp"
#include "runtime/supervision/supervisor_message.hpp"
#include "runtime/testkit/actor_probe.hpp"
#include "runtime/testkit/fake_supervisor.hpp"
#include "runtime/testkit/scripted_child.hpp"
#include "runtime/testkit/virtual_time_system.hpp"

#include <caf/system_messages.hpp>
#include <catch2/catch.hpp>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace troupe::tests {

using lines = std::vector<std::string>;
using stop_mode = testkit::child_script::stop_mode;

/// Everything runs on virtual time. Ids are short: `a` is the child at `/test/top/a`.
class supervised_tree {
public:
  ~supervised_tree() {
    actors_.clear();
    top = {};
  }

  // -- making ---------------------------------------------------------------------

  /// A child that restarts without a delay.
  child_spec scripted(const std::string& id, restart_type restart = restart_type::permanent) {
    auto spec = testkit::make_scripted_child(id, script(id));
    spec.restart = restart;
    spec.backoff = backoff_options::off();
    return spec;
  }
  /// A pool of scripted children; all follow the script `id`.
  child_spec scripted_pool(const std::string& id, supervisor_options options = {},
                           restart_type restart = restart_type::permanent) {
    child_spec like;
    like.restart = restart;
    like.backoff = backoff_options::off();
    return make_pool(id, options, like,
                     [s = script(id)](const std::any&) -> result<start_function> {
                       return testkit::make_scripted_child("any", s).start;
                     });
  }
  static child_spec supervisor(const std::string& id, supervisor_options options,
                               std::vector<child_spec> children) {
    auto spec = make_supervisor(id, options, std::move(children));
    spec.backoff = backoff_options::off();
    return spec;
  }
  std::shared_ptr<testkit::child_script> script(const std::string& id) {
    auto& found = scripts_[id];
    if (!found)
      found = std::make_shared<testkit::child_script>();
    return found;
  }

  void start(std::vector<child_spec> children, supervisor_options options = {}) {
    start_top(make_supervisor("top", options, std::move(children)));
  }
  void start_top(const child_spec& spec) {
    auto made = parent.start(spec);
    REQUIRE(made);
    top = *made;
    time.run();
  }
  /// Asks the supervisor to stop.
  void stop(std::chrono::nanoseconds within = std::chrono::hours{1}) {
    parent.stop(top, {stop_reason::kind_type::signal, "SIGTERM"}, time.now() + within);
    time.run();
  }

  // -- children -------------------------------------------------------------------

  static std::string path_of(std::string_view id) { return "/test/top/" + std::string{id}; }

  /// The last actor that stood at this path.
  caf::strong_actor_ptr at(std::string_view id) {
    look();
    const auto found = actors_.find(path_of(id));
    REQUIRE(found != actors_.end());
    return found->second;
  }
  template <class T>
  void tell(std::string_view id, T&& what) {
    probe.send(at(id), std::forward<T>(what));
    time.run();
  }
  void kill(std::string_view id) {
    tell(id, caf::exit_msg{probe.handle()->address(), caf::make_error(caf::exit_reason::kill)});
  }
  /// The incarnation that answers at this address; 0: none does.
  std::uint32_t incarnation_of(const caf::strong_actor_ptr& whom) {
    const auto q = probe.ask(whom, testkit::which_incarnation{});
    time.run();
    return probe.answer<std::uint32_t>(q).value_or(0);
  }
  /// Why nobody answers at this address.
  std::optional<errc> refusal_of(const caf::strong_actor_ptr& whom) {
    const auto q = probe.ask(whom, testkit::which_incarnation{});
    time.run();
    const auto why = probe.refusal(q);
    return why ? std::optional{why->code} : std::nullopt;
  }

  // -- the supervisor -------------------------------------------------------------

  /// Asks the supervisor and lets everything come to rest.
  template <class Answer, class Question>
  result<Answer> ask(Question&& what) {
    const auto q = probe.ask(top.handle, std::forward<Question>(what));
    time.run();
    return probe.answer<Answer>(q);
  }
  /// How a command was refused; empty when it was not, or is not answered yet.
  template <class Command>
  std::optional<error> refused(Command&& what) {
    const auto q = probe.ask(top.handle, std::forward<Command>(what));
    time.run();
    return probe.refusal(q);
  }
  children_list children() {
    auto answer = ask<children_list>(which_children{});
    REQUIRE(answer);
    return *answer;
  }
  std::vector<std::string> ids() {
    std::vector<std::string> out;
    for (const auto& child : children().children)
      out.push_back(child.id);
    return out;
  }
  child_info info(const std::string& id) {
    auto answer = ask<child_info>(which_child{id});
    REQUIRE(answer);
    return *answer;
  }
  bool listed(const std::string& id) { return ask<child_info>(which_child{id}).has_value(); }
  child_counts counts() {
    auto answer = ask<child_counts>(count_children{});
    REQUIRE(answer);
    return *answer;
  }
  /// How it ended, or `still there`.
  [[nodiscard]] std::string end_of_top() const {
    const auto said = parent.lines();
    return !said.empty() && said.back().starts_with("ended: ") ? said.back().substr(7)
                                                               : "still there";
  }

  // -- what happened --------------------------------------------------------------

  /// The events since the last call, without the place of the tree, and without those that begin with one of
  /// `besides`: `up a #2`.
  lines story(const std::vector<std::string_view>& besides = {}) {
    look();
    lines out;
    for (auto line : parent.events()->lines()) {
      for (auto found = line.find("/test/top/"); found != std::string::npos;
           found = line.find("/test/top/"))
        line.erase(found, std::string_view{"/test/top/"}.size());
      bool wanted = true;
      for (const auto& what : besides)
        wanted = wanted && !line.starts_with(what);
      if (wanted)
        out.push_back(std::move(line));
    }
    parent.events()->clear();
    return out;
  }

  /// The events since the last call, as they are.
  lines raw_story() {
    look();
    auto out = parent.events()->lines();
    parent.events()->clear();
    return out;
  }

  testkit::virtual_time_system time;
  testkit::fake_supervisor parent{time.system()};
  testkit::actor_probe probe{time.system()};
  started_child top;

private:
  void look() {
    for (const auto& event : parent.events()->supervisor_events())
      if (const auto* spawned = std::get_if<child_spawned>(&event))
        actors_[spawned->path] = spawned->handle;
  }

  std::map<std::string, std::shared_ptr<testkit::child_script>> scripts_;
  std::map<std::string, caf::strong_actor_ptr> actors_;
};

} // namespace troupe::tests
