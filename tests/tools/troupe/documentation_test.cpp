// docs/inspection.md names everything that is shown, and nothing that is not.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/lifespan/lifespan_message.hpp"
#include "runtime/inspection/event_json.hpp"
#include "runtime/inspection/snapshot_json.hpp"
#include "tests/runtime/inspection/hand_made.hpp"
#include "tools/troupe/columns.hpp"
#include "tools/troupe/decode.hpp"
#include "tools/troupe/exit_status.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <set>
#include <sstream>
#include <string>

namespace {

using namespace troupe;

const std::string& document() {
  // The tests run in the root of the tree.
  static const std::string text = [] {
    const std::ifstream file{"docs/inspection.md"};
    std::ostringstream out;
    out << file.rdbuf();
    return out.str();
  }();
  REQUIRE_FALSE(text.empty());
  return text;
}

/// The words between backticks of a line.
void add_words(const std::string& line, std::set<std::string>& out) {
  for (auto begin = line.find('`'); begin != std::string::npos; begin = line.find('`', begin)) {
    const auto end = line.find('`', ++begin);
    if (end == std::string::npos)
      return;
    out.insert(line.substr(begin, end - begin));
    begin = end + 1;
  }
}

/// What the first cells of the tables under a heading name.
std::set<std::string> first_cells(const std::string& heading) {
  const auto& text = document();
  auto begin = text.find("\n" + heading + "\n");
  REQUIRE(begin != std::string::npos);
  begin += heading.size() + 2;
  std::istringstream section{text.substr(begin, text.find("\n#", begin) - begin)};
  std::set<std::string> out;
  for (std::string line; std::getline(section, line);) {
    if (line.starts_with("| "))
      add_words(line.substr(0, line.find('|', 2)), out);
  }
  return out;
}

/// `msgs.total`: the members of a document that are no objects, without the lists they stand in.
/// Members of items and children are named as if they stood at the top.
void collect(const tool::json& value, const std::string& name, std::set<std::string>& out) {
  if (value.is_object()) {
    for (const auto& [key, inner] : value.items())
      collect(inner, name.empty() ? key : name + '.' + key, out);
    return;
  }
  out.insert(name);
  if (value.is_array()) {
    for (const auto& each : value) {
      if (each.is_object())
        collect(each, {}, out);
    }
  }
}

std::set<std::string> members(const std::string& text) {
  std::set<std::string> out;
  collect(tool::json::parse(text), {}, out);
  return out;
}

} // namespace

TEST_CASE("every column is documented, and no other", "[documentation]") {
  std::set<std::string> columns;
  for (const auto& each : tool::all_columns())
    columns.emplace(each.name);
  CHECK(first_cells("### Columns") == columns);
}

TEST_CASE("every state is documented, and no other", "[documentation]") {
  std::set<std::string> states;
  for (const auto state : all_actor_states)
    states.emplace(to_string(state));
  CHECK(first_cells("### States") == states);
}

TEST_CASE("every kind of event is documented, and no other", "[documentation]") {
  const std::set<std::string> kinds{all_event_kinds.begin(), all_event_kinds.end()};
  CHECK(first_cells("### Events") == kinds);
}

TEST_CASE("every exit code is documented, and no other", "[documentation]") {
  const auto& text = document();
  const auto section = text.substr(text.find("### Exit codes"),
                                   text.find("### Columns") - text.find("### Exit codes"));
  for (int code = 0; code < 10; ++code) {
    bool used = false;
    for (const auto status :
         {tool::exit_status::done, tool::exit_status::failed, tool::exit_status::usage,
          tool::exit_status::not_found, tool::exit_status::cannot_connect,
          tool::exit_status::timed_out, tool::exit_status::target_error})
      used = used || static_cast<int>(status) == code;
    INFO(code);
    CHECK((section.find("\n| " + std::to_string(code) + " |") != std::string::npos) == used);
  }
}

TEST_CASE("every exit class and state of the lifespan is named", "[documentation]") {
  for (auto how = exit_class::normal; how <= exit_class::unreachable;
       how = static_cast<exit_class>(static_cast<int>(how) + 1))
    CHECK(document().find("`" + std::string{to_string(how)} + "`") != std::string::npos);
  for (auto state = lifespan_state::starting; state <= lifespan_state::stopped;
       state = static_cast<lifespan_state>(static_cast<int>(state) + 1))
    CHECK(document().find("`" + std::string{to_string(state)} + "`") != std::string::npos);
}

TEST_CASE("every member of a document is documented", "[documentation]") {
  auto documented = first_cells("### Members");
  documented.insert({"schema", "now", "app.name", "state"});
  for (const auto state : all_actor_states) {
    // They stand in one line, `actors.by_state.STATE`.
    documented.insert("actors.by_state." + std::string{to_string(state)});
  }
  // An actor that has nothing in hand, or had no error, has null in their place.
  documented.insert({"current", "last_error"});

  const auto service = testing::small_service();
  auto shown = members(actors_json(service, select(service, {})));
  shown.merge(members(*actor_json(service, "/app")));
  shown.merge(members(*tree_json(service, "")));
  shown.merge(members(runtime_json(service, std::nullopt)));
  shown.merge(members(info_json(service, {})));
  event_log log;
  log.publish(lifespan_occurrence{lifespan_state_entered{lifespan_state::ready, {}}});
  shown.merge(members(events_json(log.since(0))));
  for (const auto& member : shown) {
    INFO(member);
    CHECK(documented.count(member) == 1);
  }
  CHECK(shown.size() > 40);
}
