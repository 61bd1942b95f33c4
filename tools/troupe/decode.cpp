// Reads the admin API's JSON.
// SPDX-License-Identifier: BSD-3-Clause

#include "tools/troupe/decode.hpp"

#include "runtime/inspection/build_info.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <cstdint>

namespace troupe::tool {

namespace {

error unreadable(std::string why) {
  return {errc::io_error, std::move(why)};
}

std::string string_at(const json& from, std::initializer_list<const char*> names) {
  const auto& found = member(from, names);
  return found.is_string() ? found.get<std::string>() : std::string{};
}

template <class T>
T count_at(const json& from, std::initializer_list<const char*> names) {
  const auto& found = member(from, names);
  return found.is_number_unsigned() ? found.get<T>() : T{};
}

/// A number of units of `unit` nanoseconds.
std::chrono::nanoseconds duration_at(const json& from, std::initializer_list<const char*> names,
                                     double unit) {
  const auto& found = member(from, names);
  return std::chrono::nanoseconds{found.is_number() ? std::llround(found.get<double>() * unit) : 0};
}

errc code_named(std::string_view name) {
  for (auto code = errc::invalid_argument; code < errc::unknown;
       code = static_cast<errc>(static_cast<std::uint8_t>(code) + 1)) {
    if (to_string(code) == name)
      return code;
  }
  return errc::unknown;
}

} // namespace

result<json> parse_document(std::string_view text, std::string_view schema) {
  auto document = json::parse(text, nullptr, false);
  if (document.is_discarded() || !document.is_object())
    return unreadable("the answer is no JSON object");
  const auto found = string_at(document, {"schema"});
  if (found != schema)
    return unreadable(fmt::format("the answer has the schema \"{}\", this troupe ({}) reads \"{}\"",
                                  found, this_build().version, schema));
  return document;
}

result<actor_snapshot> decode_actor(const json& item) {
  actor_snapshot out;
  out.path = string_at(item, {"path"});
  if (out.path.empty())
    return unreadable("an actor without a path");
  const auto& observed = member(item, {"observed"});
  out.observed = !observed.is_boolean() || observed.get<bool>();
  if (!out.observed)
    return out;
  const auto state = parse_actor_state(string_at(item, {"state"}));
  if (!state)
    return unreadable(
      fmt::format("{} has the state \"{}\", which this troupe ({}) does not know; --json shows it",
                  out.path, string_at(item, {"state"}), this_build().version));
  out.state = *state;
  out.type = string_at(item, {"type"});
  out.id = count_at<std::uint64_t>(item, {"id"});
  out.incarnation = count_at<std::uint32_t>(item, {"incarnation"});
  const auto& abandoned = member(item, {"abandoned"});
  out.abandoned = abandoned.is_boolean() && abandoned.get<bool>();
  out.depth = count_at<std::uint64_t>(item, {"mailbox", "depth"});
  out.enqueued = count_at<std::uint64_t>(item, {"msgs", "enqueued"});
  out.processed = count_at<std::uint64_t>(item, {"msgs", "total"});
  out.refused = count_at<std::uint64_t>(item, {"msgs", "refused"});
  out.unhandled = count_at<std::uint64_t>(item, {"msgs", "unhandled"});
  out.failures = count_at<std::uint64_t>(item, {"errors"});
  out.restarts = count_at<std::uint32_t>(item, {"restarts"});
  out.busy = duration_at(item, {"busy", "total_s"}, 1e9);
  out.age = duration_at(item, {"age_s"}, 1e9);
  if (member(item, {"current"}).is_object())
    out.current = work_in_hand{string_at(item, {"current", "message"}),
                               duration_at(item, {"current", "for_ms"}, 1e6)};
  if (member(item, {"last_error"}).is_object())
    out.last_error = error{code_named(string_at(item, {"last_error", "code"})),
                           string_at(item, {"last_error", "text"})};
  return out;
}

void decode_head(const json& document, snapshot& out) {
  out.application = string_at(document, {"app", "name"});
  if (const auto& count = member(document, {"unobserved"}); count.is_number_unsigned())
    out.unobserved = count.get<std::uint64_t>();
}

const json& member(const json& from, std::initializer_list<const char*> names) {
  static const json none;
  const auto* at = &from;
  for (const auto* name : names) {
    if (!at->is_object())
      return none;
    const auto next = at->find(name);
    if (next == at->end())
      return none;
    at = &*next;
  }
  return *at;
}

std::string text_at(const json& from, std::initializer_list<const char*> names) {
  const auto& found = member(from, names);
  if (found.is_null())
    return "-";
  return found.is_string() ? found.get<std::string>() : dump(found);
}

std::string dump(const json& value, int indent) {
  return value.dump(indent, ' ', true, json::error_handler_t::replace);
}

} // namespace troupe::tool
