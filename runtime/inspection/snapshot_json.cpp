// Writes snapshots as JSON.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/inspection/snapshot_json.hpp"

#include "runtime/inspection/actor_tree.hpp"
#include "runtime/inspection/build_info.hpp"
#include "runtime/inspection/internal/json_parts.hpp"

#include <algorithm>

namespace troupe {

namespace {

using internal::json;

/// The members of one actor, without those that come from its place in the tree.
void write(json& out, const actor_snapshot& actor) {
  out["path"] = actor.path;
  out["observed"] = actor.observed;
  if (!actor.observed)
    return; // what is not known is left out
  out["id"] = actor.id;
  out["incarnation"] = actor.incarnation;
  out["type"] = actor.type;
  out["state"] = to_string(actor.state);
  out["abandoned"] = actor.abandoned;
  out["mailbox"]["depth"] = actor.depth;
  auto& messages = out["msgs"];
  messages["enqueued"] = actor.enqueued;
  messages["total"] = actor.processed;
  messages["refused"] = actor.refused;
  messages["unhandled"] = actor.unhandled;
  out["busy"]["total_s"] = internal::seconds(actor.busy);
  out["errors"] = actor.failures;
  out["restarts"] = actor.restarts;
  out["age_s"] = internal::seconds(actor.age);
  auto& current = out["current"];
  if (actor.current) {
    current["message"] = actor.current->message;
    current["for_ms"] = internal::milliseconds(actor.current->busy_for);
  }
  auto& last_error = out["last_error"];
  if (actor.last_error)
    last_error = internal::to_json(*actor.last_error);
}

/// What every document begins with.
json header(std::string_view schema, const snapshot& from) {
  auto out = internal::document(schema);
  out["now"] = internal::utc_text(from.time);
  out["app"]["name"] = from.application;
  return out;
}

/// null when the number is not known.
json unobserved(const snapshot& from) {
  return from.unobserved ? json(*from.unobserved) : json();
}

std::optional<std::size_t> find(const snapshot& from, std::string_view path) {
  const auto it = std::find_if(from.actors.begin(), from.actors.end(),
                               [&](const auto& actor) { return actor.path == path; });
  if (it == from.actors.end())
    return std::nullopt;
  return static_cast<std::size_t>(it - from.actors.begin());
}

error no_such_path(std::string_view path) {
  return {errc::not_found, "no actor has the path " + std::string{path}};
}

/// Goes as deep as paths are nested, which is as deep as supervisors are.
json node(const snapshot& from, const actor_tree& tree, std::size_t place) {
  json out;
  write(out, from.actors[place]);
  auto& children = out["children"] = json::array();
  for (const auto child : tree.children[place])
    children.push_back(node(from, tree, child));
  return out;
}

} // namespace

std::string actors_json(const snapshot& from, const actor_page& page) {
  auto head = header("troupe.actors/1", from);
  head["state"] = to_string(from.state);
  head["total"] = page.total;
  head["unobserved"] = unobserved(from);
  head["next"] = page.more ? json(page.items.back()->path) : json();
  // Items are written one by one, so that a long list is never held twice.
  auto text = internal::to_text(head);
  text.pop_back();
  text += ",\"items\":[";
  for (std::size_t i = 0; i < page.items.size(); ++i) {
    json item;
    write(item, *page.items[i]);
    if (i > 0)
      text += ',';
    text += internal::to_text(item);
  }
  return text + "]}";
}

result<std::string> actor_json(const snapshot& from, std::string_view path) {
  const auto place = find(from, path);
  if (!place)
    return no_such_path(path);
  auto out = header("troupe.actor/1", from);
  json item;
  write(item, from.actors[*place]);
  out.update(item);
  const auto tree = tree_of(from);
  const auto parent = parent_path(path);
  out["parent"] = parent.empty() ? json() : json(parent);
  auto& children = out["children"] = json::array();
  for (const auto child : tree.children[*place])
    children.push_back(from.actors[child].path);
  return internal::to_text(out);
}

result<std::string> tree_json(const snapshot& from, std::string_view root) {
  const auto tree = tree_of(from);
  auto roots = tree.roots;
  if (!root.empty()) {
    const auto place = find(from, root);
    if (!place)
      return no_such_path(root);
    roots = {*place};
  }
  auto out = header("troupe.tree/1", from);
  out["state"] = to_string(from.state);
  out["unobserved"] = unobserved(from);
  auto& items = out["items"] = json::array();
  for (const auto place : roots)
    items.push_back(node(from, tree, place));
  return internal::to_text(out);
}

std::string runtime_json(const snapshot& from, const std::optional<lifespan_mark>& mark) {
  auto out = header("troupe.runtime/1", from);
  out["state"] = to_string(from.state);
  const bool known = mark && mark->what.state == from.state;
  out["state_since"] = known ? json(internal::utc_text(mark->since)) : json();
  out["reason"] = known && !mark->what.reason.text.empty() ? json(mark->what.reason.text) : json();
  const bool ready = from.state == lifespan_state::ready;
  out["ready"]["ok"] = ready;
  auto& reasons = out["ready"]["reasons"] = json::array();
  if (!ready)
    reasons.push_back("the state is " + std::string{to_string(from.state)});
  const auto totals = totals_of(from);
  auto& actors = out["actors"];
  actors["total"] = totals.actors;
  auto& by_state = actors["by_state"];
  for (const auto state : all_actor_states)
    by_state[std::string{to_string(state)}] = totals.by_state[static_cast<std::size_t>(state)];
  actors["unobserved"] = unobserved(from);
  out["mailbox"]["depth"] = totals.depth;
  auto& messages = out["msgs"];
  messages["enqueued"] = totals.enqueued;
  messages["total"] = totals.processed;
  messages["refused"] = totals.refused;
  messages["unhandled"] = totals.unhandled;
  out["errors"] = totals.failures;
  out["restarts"] = totals.restarts;
  return internal::to_text(out);
}

std::string info_json(const snapshot& from, const process_facts& process) {
  auto out = header("troupe.info/1", from);
  const auto& build = this_build();
  out["state"] = to_string(from.state);
  out["troupe"] = build.version;
  out["caf"] = build.caf;
  out["build"] = json::object({{"compiler", build.compiler}, {"type", build.build_type}});
  out["host"] = process.host;
  out["pid"] = process.pid;
  out["start_time"] = internal::utc_text(process.started);
  out["uptime_s"] = internal::seconds(from.time - process.started);
  return internal::to_text(out);
}

} // namespace troupe
