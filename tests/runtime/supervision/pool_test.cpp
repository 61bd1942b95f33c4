// Pools and partitions: many children of one kind.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/supervision/make_child.hpp"
#include "tests/runtime/supervision/supervised_tree.hpp"

#include <set>

using namespace troupe;
using namespace troupe::testkit;
using namespace troupe::tests;
using namespace std::chrono_literals;

namespace {

struct greeter {
  static constexpr std::string_view type_name = "greeter";

  greeter(supervised_actor*, std::string its_name, int its_number)
    : name(std::move(its_name)), number(its_number) {}

  caf::behavior make_behavior() {
    return {
      [this](const std::string& greeting) {
        return greeting + " " + name + " " + std::to_string(number);
      },
      [](int) -> int { throw std::runtime_error{"boom"}; },
    };
  }

  std::string name;
  int number;
};

std::string greet(supervised_tree& tree, std::string_view id) {
  const auto q = tree.probe.ask(tree.at(id), std::string{"hello"});
  tree.time.run();
  return tree.probe.answer<std::string>(q).value_or("");
}

} // namespace

// -- arguments -----------------------------------------------------------------------

TEST_CASE("arguments of another type are refused by name, and nothing is made", "[pool][C4]") {
  supervised_tree f;
  f.start_top(make_pool<greeter, std::string, int>("top"));
  const auto why = f.refused(pool_args(1, std::string{"ann"}));
  CHECK(why->code == errc::invalid_argument);
  CHECK(why->detail.find("std::tuple<int") != std::string::npos);
  CHECK(why->detail.find("the pool takes std::tuple<std::") != std::string::npos);
  CHECK(f.refused(start_pooled{})->code == errc::invalid_argument);
  CHECK(f.counts() == child_counts{});
}

TEST_CASE("each child is made from its own arguments, also when it comes back", "[pool][C4][A2]") {
  supervised_tree f;
  f.start_top(make_pool<greeter, std::string, int>("top"));
  const auto ann = f.ask<child_reply>(pool_args(std::string{"ann"}, 1));
  REQUIRE(ann);
  CHECK(ann->child.id == "1");
  CHECK(ann->child.path == "/test/top/1");
  CHECK(f.ask<child_reply>(pool_args(std::string{"bob"}, 2)));
  CHECK(greet(f, "1") == "hello ann 1");
  CHECK(greet(f, "2") == "hello bob 2");
  f.tell("1", 0);
  CHECK(greet(f, "1") == "hello ann 1");
  f.kill("2");
  f.time.advance(1s);
  CHECK(greet(f, "2") == "hello bob 2");
}

TEST_CASE("a template that fails or throws is an answer, and the pool goes on", "[pool][C4]") {
  supervised_tree f;
  bool throws = false;
  f.start_top(make_pool("top", {}, {}, [&](const std::any&) -> result<start_function> {
    if (throws)
      throw std::runtime_error{"no template"};
    return error{errc::overloaded, "not now"};
  }));
  CHECK(f.refused(start_pooled{}) == error{errc::overloaded, "not now"});
  throws = true;
  CHECK(f.refused(start_pooled{})->detail.find("no template") != std::string::npos);
  CHECK(f.counts() == child_counts{});
}

TEST_CASE("a pool refuses what is not of it", "[pool][A10][C4]") {
  supervised_tree f;
  f.start_top(f.scripted_pool("top"));
  CHECK(f.refused(start_child{f.scripted("a")})->code == errc::invalid_argument);
  CHECK(f.refused(change_supervisor{{.strategy = restart_strategy::one_for_one}})->code
        == errc::invalid_argument);
}

// -- the life of a pool ---------------------------------------------------------------------

TEST_CASE("ids are numbers that are not used again", "[pool][C4]") {
  supervised_tree f;
  f.start_top(f.scripted_pool("top"));
  for (int i = 0; i < 3; ++i)
    CHECK(f.ask<child_reply>(start_pooled{}));
  CHECK(f.ids() == lines{"1", "2", "3"});
  CHECK(f.ask<child_info>(terminate_child{"2"}));
  CHECK(f.ids() == lines{"1", "3"});
  CHECK(f.ask<child_reply>(start_pooled{})->child.id == "4");
  CHECK(f.refused(restart_child{"2"})->code == errc::child_not_found);
}

TEST_CASE("no more than max_children; who ends makes room", "[pool][C4][C10]") {
  supervised_tree f;
  f.start_top(f.scripted_pool("top", {.max_children = 2}, restart_type::temporary));
  CHECK(f.ask<child_reply>(start_pooled{}));
  CHECK(f.ask<child_reply>(start_pooled{}));
  CHECK(f.refused(start_pooled{})->code == errc::overloaded);
  f.tell("1", end_normally{});
  CHECK(f.ask<child_reply>(start_pooled{}));
  CHECK(f.refused(start_pooled{})->code == errc::overloaded);
}

TEST_CASE("temporary children of a pool leave nothing behind", "[pool][A4][C4]") {
  supervised_tree f;
  f.start_top(f.scripted_pool("top", {}, restart_type::temporary));
  for (int i = 0; i < 100; ++i)
    CHECK(f.ask<child_reply>(start_pooled{}));
  for (int i = 1; i <= 100; ++i)
    i % 2 == 0 ? f.tell(std::to_string(i), crash{}) : f.tell(std::to_string(i), end_normally{});
  CHECK(f.counts() == child_counts{});
  CHECK(f.children().restarts_left == 3);
  CHECK(f.time.running() == 1);
}

TEST_CASE("a child of a pool that does not start is not kept", "[pool][C4]") {
  supervised_tree f;
  f.start_top(f.scripted_pool("top"));
  f.script("top")->fail_constructions({1});
  CHECK(f.refused(start_pooled{})->detail.find("no disk") != std::string::npos);
  f.script("top")->ignore_constructions({2});
  const auto ignored = f.ask<child_reply>(start_pooled{});
  REQUIRE(ignored);
  CHECK_FALSE(ignored->handle);
  CHECK(f.counts() == child_counts{});
}

TEST_CASE("one child's crashes use the budget of the whole pool", "[pool][C4][D1][D3]") {
  supervised_tree f;
  f.start_top(f.scripted_pool("top", {.limits = {1, 5s}}));
  for (int i = 0; i < 2; ++i)
    CHECK(f.ask<child_reply>(start_pooled{}));
  f.tell("1", crash{});
  CHECK(f.script("top")->constructions() == 3);
  f.tell("2", crash{});
  CHECK(f.end_of_top() == "escalated");
  CHECK(f.time.running() == 0);
}

TEST_CASE("the children stop at the same time, each in its own; who is late is named",
          "[pool][C4][G3][G4][s23]") {
  supervised_tree f;
  std::vector<std::shared_ptr<child_script>> scripts;
  child_spec like;
  like.shutdown = 2s;
  f.start_top(make_pool("top", {}, like, [&](const std::any&) -> result<start_function> {
    scripts.push_back(std::make_shared<child_script>());
    return make_scripted_child("any", scripts.back()).start;
  }));
  for (int i = 0; i < 3; ++i)
    CHECK(f.ask<child_reply>(start_pooled{}));
  scripts[0]->on_stop(stop_mode::late, 1s);
  scripts[1]->on_stop(stop_mode::late, 1s);
  scripts[2]->on_stop(stop_mode::late, 5s);
  (void)f.story();
  f.stop();
  for (const auto& script : scripts)
    CHECK(script->stop_requests() == 1);
  f.time.advance(1s);
  CHECK(f.story().size() == 2);
  f.time.advance(1s - 1ns);
  CHECK(f.end_of_top() == "still there");
  f.time.advance(1ns);
  CHECK(f.story() == lines{"abandoned 3"});
  CHECK(f.end_of_top() == "shutdown");
}

TEST_CASE("ten times the children take no more than ten times the turns to stop",
          "[pool][C4][G3]") {
  std::size_t turns[2] = {};
  for (const int size : {1'000, 10'000}) {
    supervised_tree f;
    f.start_top(f.scripted_pool("top", {}, restart_type::temporary));
    for (int i = 0; i < size; ++i)
      f.probe.send(f.top.handle, start_pooled{});
    f.time.run();
    CHECK(f.script("top")->constructions() == static_cast<std::uint32_t>(size));
    f.parent.stop(f.top);
    turns[size == 10'000] = f.time.run();
    CHECK(f.end_of_top() == "shutdown");
  }
  CHECK(turns[1] < 11 * turns[0]);
}

TEST_CASE("no child of a pool comes back when the pool is made anew, and its numbers begin again",
          "[pool][C4][C9][C12]") {
  supervised_tree f;
  auto pool = f.scripted_pool("pool", {.limits = {0, 5s}});
  pool.backoff = backoff_options::off();
  f.start({pool});
  f.probe.send(f.at("pool"), start_pooled{});
  f.time.run();
  f.tell("pool/1", crash{});
  CHECK(f.info("pool").incarnation == 2);
  CHECK(f.script("pool")->constructions() == 1);
  const auto q = f.probe.ask(f.at("pool"), start_pooled{});
  f.time.run();
  CHECK(f.probe.answer<child_reply>(q)->child.id == "1");
}

TEST_CASE("the specification of one child of a pool has its own id and start function",
          "[pool][A11][C4]") {
  supervised_tree f;
  f.start_top(f.scripted_pool("top", {}, restart_type::transient));
  CHECK(f.ask<child_reply>(start_pooled{}));
  const auto spec = f.ask<child_spec>(get_child_spec{"1"});
  REQUIRE(spec);
  CHECK(spec->id == "1");
  CHECK(spec->restart == restart_type::transient);
  CHECK(spec->start);
}

// -- partitions -----------------------------------------------------------------------------------

TEST_CASE("a key always belongs to the same one of the partitions, and they share the keys out",
          "[pool][C11]") {
  CHECK(partition_path("/app/web", 4, std::uint64_t{0}) == "/app/web/0");
  CHECK(partition_path("/app/web", 4, std::uint64_t{7}) == "/app/web/3");
  CHECK(partition_path("/app/web", 1, UINT64_MAX) == "/app/web/0");
  std::set<std::string> used;
  for (int i = 0; i < 1'000; ++i) {
    const auto key = "customer " + std::to_string(i);
    const auto path = partition_path("/app/web", 8, key);
    CHECK(path == partition_path("/app/web", 8, key));
    used.insert(path);
  }
  CHECK(used.size() == 8);
  CHECK(*used.begin() == "/app/web/0");
  CHECK(*used.rbegin() == "/app/web/7");
}

TEST_CASE("each partition is a supervisor of its own at the path of its keys", "[pool][C11]") {
  supervised_tree f;
  f.start_top(make_partitions("top", 3, {}, [&](std::string id, std::uint32_t i) {
    CHECK(id == std::to_string(i));
    return f.scripted_pool(std::move(id), {.limits = {0, 5s}}, restart_type::temporary);
  }));
  CHECK(f.ids() == lines{"0", "1", "2"});
  CHECK(f.counts() == child_counts{3, 3, 3, 0});
  const auto path = partition_path("/test/top", 3, std::uint64_t{5});
  CHECK(f.info("2").path == path);
  const auto q = f.probe.ask(f.at("2"), start_pooled{});
  f.time.run();
  CHECK(f.probe.answer<child_reply>(q)->child.path == path + "/1");
}

TEST_CASE("no partitions at all is a supervisor without children", "[pool][C11]") {
  supervised_tree f;
  f.start_top(
    make_partitions("top", 0, {}, [&](std::string id, std::uint32_t) { return f.scripted(id); }));
  CHECK(f.counts() == child_counts{});
}
