// Real supervisors against the model of a tree, whatever happens in whatever order.
// SPDX-License-Identifier: BSD-3-Clause

#include "tests/runtime/supervision/supervised_tree.hpp"
#include "tests/runtime/supervision/tree_model.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <sstream>

using namespace troupe;
using namespace troupe::testkit;
using namespace troupe::tests;
using namespace std::chrono_literals;

namespace {

using std::chrono::milliseconds;

/// Ten times rapidcheck's own default of lives, which RC_PARAMS can change: `max_success=1000` are ten thousand.
/// Without it the lives are the same in every run: about one in ten thousand meets two subtrees that are busy at the same
/// moment, and the model, which is one thread of calls, knows one order of their events only.
rc::detail::TestParams one_thousand() {
  auto params = rc::detail::configuration().testParams;
  params.maxSuccess *= 10;
  if (std::getenv("RC_PARAMS") == nullptr)
    params.seed = 20'261'123;
  return params;
}

int below(int end) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(0, end));
}

bool one_in(int n) {
  return below(n) == 0;
}

// -- trees ------------------------------------------------------------------------

/// No two timers of a tree are due at the same time, so that their order is no matter of taste.
class gardener {
public:
  blueprint supervisor(std::string id, const supervisor_rules& above, int levels) {
    blueprint out;
    out.id = std::move(id);
    out.rules = rules(above);
    out.rules.shutdown = longest_shutdown; // of the bounded ones
    supervisor_rules options;
    options.strategy = static_cast<restart_strategy>(below(levels == 3 ? 3 : 4));
    options.limits = {static_cast<std::uint32_t>(below(5)), milliseconds{1 + below(4'000)}};
    if (one_in(4))
      options.auto_shutdown = static_cast<auto_shutdown>(1 + below(2));
    if (one_in(3))
      options.on_start_failure = start_failure::go_on;
    options.start_barrier = one_in(4);
    if (options.strategy == restart_strategy::dynamic) {
      options.stop = stop_order::together;
      options.max_children = static_cast<std::uint32_t>(1 + below(4));
      options.auto_shutdown = auto_shutdown::never;
      auto like = worker("any", options);
      like.rules.shutdown = 5s; // all are asked at once
      like.worker.stops = one_in(3) ? manner::failing : manner::polite;
      like.rules.backoff = backoff_options::off();
      out.pooled = std::make_shared<const blueprint>(like);
    } else {
      const auto children = below(5);
      for (int i = 0; i < children; ++i) {
        auto name = std::string(1, static_cast<char>('a' + i));
        out.children.push_back(levels > 1 && one_in(3) ? supervisor(name, options, levels - 1)
                                                       : worker(name, options));
      }
      options.max_children = static_cast<std::uint32_t>(children + 1 + below(2));
    }
    out.options = options;
    return out;
  }

  blueprint worker(std::string id, const supervisor_rules& above) {
    blueprint out;
    out.id = std::move(id);
    out.rules = rules(above);
    if (one_in(8))
      out.rules.shutdown = 0ms;
    for (std::uint32_t i = 1; i <= 8; ++i)
      if (one_in(i == 1 ? 30 : 5))
        out.worker.fails_to_start.insert(i);
    out.worker.stops = one_in(3) ? static_cast<manner>(below(3)) : manner::polite;
    return out;
  }

private:
  child_rules rules(const supervisor_rules& above) {
    child_rules out;
    out.restart = one_in(2) ? restart_type::permanent : static_cast<restart_type>(below(3));
    out.shutdown = unique(2'000);
    out.significant = above.auto_shutdown != auto_shutdown::never
                      && out.restart != restart_type::permanent && one_in(2);
    if (one_in(6))
      out.limits = restart_limits{static_cast<std::uint32_t>(below(4)),
                                  milliseconds{1 + below(4'000)}};
    out.backoff = backoff_options::off();
    if (one_in(3)) {
      const auto least = unique(100);
      out.backoff = {
        .min_backoff = least, .max_backoff = 4 * least, .jitter = 0, .first_at_once = one_in(2)};
    }
    if (one_in(8))
      out.max_consecutive = static_cast<std::uint32_t>(1 + below(4));
    return out;
  }
  milliseconds unique(int about) { return milliseconds{about + 7 * ++timers_}; }

  int timers_ = 0;
};

// -- the real tree -------------------------------------------------------------------

/// What a blueprint describes, in real actors. Scripts belong to paths.
class builder {
public:
  child_spec build(const blueprint& plan) {
    child_spec out;
    if (!plan.options) {
      out.start = [this, habits = plan.worker](const start_args& args) {
        return make_scripted_child("any", script(args.path, habits)).start(args);
      };
    } else if (plan.pooled) {
      auto like = build(*plan.pooled);
      const auto start = like.start;
      like.id.clear();
      like.start = {};
      out = make_pool(plan.id, *plan.options, like,
                      [start](const std::any&) -> result<start_function> { return start; });
    } else {
      std::vector<child_spec> children;
      for (const auto& child : plan.children)
        children.push_back(build(child));
      out = make_supervisor(plan.id, *plan.options, std::move(children));
    }
    out.id = plan.id;
    out.restart = plan.rules.restart;
    out.shutdown = plan.rules.shutdown;
    out.significant = plan.rules.significant;
    out.limits = plan.rules.limits;
    out.backoff = plan.rules.backoff;
    out.max_consecutive = plan.rules.max_consecutive;
    return out;
  }

private:
  std::shared_ptr<child_script> script(const std::string& path, const habits& its) {
    auto& found = scripts_[path];
    if (!found) {
      found = std::make_shared<child_script>();
      found->fail_constructions({its.fails_to_start.begin(), its.fails_to_start.end()});
      if (its.stops == manner::deaf)
        found->on_stop(stop_mode::ignore);
      else if (its.stops == manner::failing)
        found->on_stop(stop_mode::fail);
    }
    return found;
  }

  std::map<std::string, std::shared_ptr<child_script>> scripts_;
};

supervisor_model::at place_of(child_phase phase) {
  using at = supervisor_model::at;
  static const std::map<child_phase, at> places{
    {child_phase::idle, at::idle},         {child_phase::starting, at::coming},
    {child_phase::running, at::up},        {child_phase::backoff, at::failed},
    {child_phase::restarting, at::coming}, {child_phase::halting, at::halting},
    {child_phase::halted, at::halted},     {child_phase::stopping, at::leaving},
    {child_phase::stopped, at::down},      {child_phase::abandoned, at::lost}};
  return places.at(phase);
}

/// The part of a line that the model knows: who, what and which number, not why.
std::string shorten(const std::string& line) {
  for (const auto* kind : {"failed ", "failed to start "})
    if (line.starts_with(kind))
      return line.substr(0, line.find(": "));
  if (line.starts_with("gave up "))
    return line.substr(0, line.find(')') + 1);
  return line;
}

// -- both ------------------------------------------------------------------------------

class both_trees {
public:
  both_trees(gardener& plants, const blueprint& root)
    : gardener_(plants), model_(root, "/test/top", real_.time.now()) {
    auto made = real_.parent.start(builder_.build(root));
    RC_ASSERT(made.has_value());
    real_.top = *made;
    real_.time.run();
    compare();
  }

  [[nodiscard]] bool ended() const { return model_.outcome().has_value(); }

  void step(std::uint32_t script) {
    const auto choice = script / 64;
    switch (script % 8) {
      case 0:
      case 1:
      case 2:
      case 3:
        act(choice);
        break;
      case 4:
      case 5:
        command(choice);
        break;
      default:
        pass(choice % 4 == 0 ? milliseconds{choice / 4 % 20'000} : milliseconds{choice / 4 % 400});
        break;
    }
    compare();
  }

  void end() {
    RC_LOG() << "stop" << std::endl;
    real_.stop();
    model_.stop();
    compare();
    pass(1h);
    compare();
    RC_ASSERT(ended());
    RC_ASSERT(real_.end_of_top() == std::string{to_string(*model_.outcome())});
  }

private:
  void pass(milliseconds time) {
    RC_LOG() << time.count() << " ms pass" << std::endl;
    real_.time.advance(time);
    model_.advance(time);
  }

  void act(std::uint32_t choice) {
    const auto all = model_.workers();
    if (all.empty())
      return;
    const auto& path = all[choice % all.size()];
    auto what = static_cast<deed_of_worker>(choice / 16 % 8 % 7);
    if (what == deed_of_worker::quit_tree && choice / 128 % 4 != 0)
      what = deed_of_worker::crash;
    RC_LOG() << path << " does " << static_cast<int>(what) << std::endl;
    const auto id = path.substr(std::string_view{"/test/top/"}.size());
    switch (what) {
      case deed_of_worker::crash:
        real_.tell(id, crash{});
        break;
      case deed_of_worker::quit:
        real_.tell(id, end_normally{});
        break;
      case deed_of_worker::quit_by_stop:
        real_.tell(id, quit_as{quit_as::way::shutdown});
        break;
      case deed_of_worker::quit_failed:
        real_.tell(id, quit_as{quit_as::way::failed});
        break;
      case deed_of_worker::quit_for_good:
        real_.tell(id, quit_as{quit_as::way::for_good});
        break;
      case deed_of_worker::quit_tree:
        real_.tell(id, quit_as{quit_as::way::tree});
        break;
      case deed_of_worker::be_killed:
        real_.kill(id);
        break;
    }
    model_.act(path, what);
  }

  [[nodiscard]] caf::strong_actor_ptr real_supervisor(const std::string& path) {
    return path == "/test/top" ? real_.top.handle
                               : real_.at(path.substr(std::string_view{"/test/top/"}.size()));
  }

  void command(std::uint32_t choice) {
    const auto all = model_.supervisors();
    if (all.empty())
      return;
    const auto& path = all[choice % all.size()];
    const auto to = real_supervisor(path);
    const auto what = static_cast<order>(choice / 16 % 5);
    const auto children = model_.children(path);
    auto id = children.empty() || choice / 128 % 8 == 0
                ? std::string{"nobody"}
                : children[choice / 128 % children.size()].id;
    const auto token = ++last_token_;
    RC_LOG() << path << " is asked for " << static_cast<int>(what) << " of " << id << std::endl;
    switch (what) {
      case order::add: {
        if (model_.is_pool(path)) {
          questions_[token] = real_.probe.ask(to, start_pooled{});
          model_.command(path, what, id, token);
          break;
        }
        const auto plan = gardener_.worker(id, {});
        questions_[token] = real_.probe.ask(to, start_child{builder_.build(plan)});
        model_.command(path, what, id, token, &plan);
        break;
      }
      case order::terminate:
        questions_[token] = real_.probe.ask(to, terminate_child{id});
        model_.command(path, what, id, token);
        break;
      case order::remove:
        questions_[token] = real_.probe.ask(to, delete_child{id});
        model_.command(path, what, id, token);
        break;
      case order::restart:
      case order::restart_anyway:
        questions_[token] = real_.probe.ask(to, restart_child{id, what == order::restart_anyway});
        model_.command(path, what, id, token);
        break;
    }
    real_.time.run();
  }

  void compare() {
    auto lines_of_model = model_.take_lines();
    std::vector<std::string> real;
    for (const auto& line : real_.raw_story())
      real.push_back(shorten(line));
    RC_ASSERT(real == lines_of_model);
    for (const auto& [token, q] : questions_) {
      const auto why = real_.probe.refusal(q);
      const auto known = model_.answers().find(token);
      RC_ASSERT(real_.probe.answers_to(q) == (known == model_.answers().end() ? 0U : 1U));
      if (known != model_.answers().end())
        RC_ASSERT((why ? static_cast<std::uint64_t>(why->code) : 0) == known->second);
    }
    for (const auto& path : model_.supervisors())
      compare(path);
  }

  void compare(const std::string& path) {
    const auto q = real_.probe.ask(real_supervisor(path), which_children{});
    real_.time.run();
    const auto list = real_.probe.answer<children_list>(q);
    RC_ASSERT(list.has_value());
    RC_ASSERT(list->restarts_left == model_.budget_left(path));
    const auto wanted = model_.children(path);
    RC_ASSERT(list->children.size() == wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      const auto& child = list->children[i];
      RC_ASSERT(child.id == wanted[i].id);
      RC_ASSERT(place_of(child.phase) == wanted[i].where);
      RC_ASSERT(child.incarnation == wanted[i].ups);
      RC_ASSERT(child.restarts == wanted[i].tries);
      RC_ASSERT(child.consecutive == wanted[i].in_a_row);
    }
  }

  supervised_tree real_;
  builder builder_;
  gardener& gardener_; ///< Of what is added.
  tree_model model_;
  std::map<plan_token, question> questions_;
  plan_token last_token_ = 0;
};

} // namespace

TEST_CASE("any tree, whatever happens: real supervisors and the model agree on starts, stops, "
          "counts, budget, answers "
          "and the outcome",
          "[supervisor][A1][A4][A5][A9][A12][B1][B2][B3][B4][C1][C2][C3][C4][C5][C6][C7][C8][C9]["
          "C10][C12][D1][D2][D3]"
          "[D5][D6][D7][D8][D10][G2][G3][G4][G6][G7][G8][G9][G10][G15]") {
  const auto result = rc::detail::checkTestable(
    [] {
      gardener plants;
      both_trees trees{plants, plants.supervisor("top", {}, 3)};
      const auto script = *rc::gen::container<std::vector<std::uint32_t>>(
        rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::uint32_t>(0, 1u << 28)));
      for (const auto step : script)
        if (!trees.ended())
          trees.step(step);
      if (!trees.ended())
        trees.end();
    },
    rc::detail::TestMetadata{}, one_thousand());
  std::ostringstream message;
  rc::detail::printResultMessage(result, message);
  INFO(message.str());
  CHECK(result.is<rc::detail::SuccessResult>());
}
