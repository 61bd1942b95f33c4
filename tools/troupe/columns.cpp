// What each column of an actor shows.
// SPDX-License-Identifier: BSD-3-Clause

#include "tools/troupe/columns.hpp"

#include "runtime/core/units.hpp"
#include "runtime/inspection/actor_tree.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace troupe::tool {

namespace {

using actor = const actor_snapshot&;

template <auto Member>
std::string count_text(actor a) {
  return std::to_string(a.*Member);
}

template <auto Member>
double count(actor a) {
  return static_cast<double>(a.*Member);
}

template <auto Member>
std::string duration_text(actor a) {
  return troupe::to_text(a.*Member);
}

template <auto Member>
double duration(actor a) {
  return static_cast<double>((a.*Member).count());
}

std::string state_text(actor a) {
  return std::string{to_string(a.state)} + (a.abandoned ? " (abandoned)" : "");
}

std::string current_text(actor a) {
  return a.current ? a.current->message + " for " + troupe::to_text(a.current->busy_for)
                   : std::string{};
}

double current_time(actor a) {
  return a.current ? static_cast<double>(a.current->busy_for.count()) : -1;
}

std::string error_text(actor a) {
  return a.last_error ? std::string{to_string(a.last_error->code)} + ": " + a.last_error->detail
                      : std::string{};
}

constexpr std::array<column, 16> columns{{
  {"path", false, [](actor a) { return a.path; }, nullptr},
  {"type", false, [](actor a) { return a.type; }, nullptr},
  {"state", false, state_text, nullptr},
  {"incarnation", false, count_text<&actor_snapshot::incarnation>,
   count<&actor_snapshot::incarnation>},
  {"mailbox", false, count_text<&actor_snapshot::depth>, count<&actor_snapshot::depth>},
  {"messages", false, count_text<&actor_snapshot::processed>, count<&actor_snapshot::processed>},
  {"restarts", false, count_text<&actor_snapshot::restarts>, count<&actor_snapshot::restarts>},
  {"errors", false, count_text<&actor_snapshot::failures>, count<&actor_snapshot::failures>},
  {"age", false, duration_text<&actor_snapshot::age>, duration<&actor_snapshot::age>},
  {"id", true, count_text<&actor_snapshot::id>, count<&actor_snapshot::id>},
  {"enqueued", true, count_text<&actor_snapshot::enqueued>, count<&actor_snapshot::enqueued>},
  {"refused", true, count_text<&actor_snapshot::refused>, count<&actor_snapshot::refused>},
  {"unhandled", true, count_text<&actor_snapshot::unhandled>, count<&actor_snapshot::unhandled>},
  {"busy", true, duration_text<&actor_snapshot::busy>, duration<&actor_snapshot::busy>},
  {"current", false, current_text, current_time},
  {"error", true, error_text, nullptr},
}};

tint tint_of(const column& which, actor a) {
  if (which.text == state_text) {
    if (a.abandoned || a.state == actor_state::failed || a.state == actor_state::backoff)
      return tint::bad;
    if (a.state == actor_state::running)
      return tint::good;
    if (a.state == actor_state::stopped)
      return tint::faint;
  }
  if (which.name == "restarts" || which.name == "errors" || which.name == "refused"
      || which.name == "unhandled")
    return which.number(a) > 0 ? tint::warning : tint::none;
  return tint::none;
}

} // namespace

std::span<const column> all_columns() noexcept {
  return columns;
}

const column* find_column(std::string_view name) noexcept {
  const auto* found = std::find_if(columns.begin(), columns.end(),
                                   [&](const auto& c) { return c.name == name; });
  return found != columns.end() ? found : nullptr;
}

heading heading_of(const column& which) {
  std::string text{which.name};
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return std::toupper(c); });
  // The message in hand reads as text although it sorts by time.
  return {std::move(text), which.number != nullptr && which.name != "current"};
}

cell cell_of(const column& which, const actor_snapshot& actor) {
  if (!actor.observed && which.name != "path")
    return {"-", tint::faint};
  auto text = which.text(actor);
  if (text.empty())
    return {"-", tint::faint};
  return {std::move(text), tint_of(which, actor)};
}

bool comes_before(const column& by, const actor_snapshot& a, const actor_snapshot& b) {
  if (by.name != "path") {
    if (a.observed != b.observed)
      return a.observed;
    if (by.number != nullptr && by.number(a) != by.number(b))
      return by.number(a) > by.number(b);
    if (by.number == nullptr && by.text(a) != by.text(b))
      return by.text(a) < by.text(b);
  }
  return path_less(a.path, b.path);
}

} // namespace troupe::tool
