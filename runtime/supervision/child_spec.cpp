// What a supervisor knows about a child.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/supervision/child_spec.hpp"

#include "runtime/supervision/internal/bad_field.hpp"
#include "runtime/supervision/supervisor.hpp"

#include <algorithm>
#include <cctype>
#include <unordered_map>

namespace troupe {

namespace {

constexpr std::size_t max_id_length = 64;

bool is_id_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.';
}

using internal::bad_field;

std::string ms(std::chrono::milliseconds time) {
  return std::to_string(time.count()) + " ms";
}

bool in_bounds(std::chrono::milliseconds time) {
  return time.count() >= 0 && time <= longest_shutdown;
}

result<void> validate(const backoff_options& backoff, std::string_view place) {
  if (!in_bounds(backoff.min_backoff))
    return bad_field(place, "min_backoff",
                     ms(backoff.min_backoff) + " (0 to " + ms(longest_shutdown) + ")");
  if (!in_bounds(backoff.max_backoff) || backoff.max_backoff < backoff.min_backoff)
    return bad_field(place, "max_backoff",
                     ms(backoff.max_backoff) + " (min_backoff to " + ms(longest_shutdown) + ")");
  if (!(backoff.jitter >= 0 && backoff.jitter <= 1))
    return bad_field(place, "jitter", std::to_string(backoff.jitter) + " (0 to 1)");
  if (!in_bounds(backoff.reset_after))
    return bad_field(place, "reset_after",
                     ms(backoff.reset_after) + " (0 to " + ms(longest_shutdown) + ")");
  return {};
}

} // namespace

std::string_view to_string(child_type type) noexcept {
  return type == child_type::worker ? "worker" : "supervisor";
}

child_rules rules_of(const child_spec& spec) {
  return {.restart = spec.restart,
          .shutdown = spec.shutdown,
          .init_timeout = spec.init_timeout,
          .significant = spec.significant,
          .limits = spec.limits,
          .backoff = spec.backoff,
          .max_consecutive = spec.max_consecutive};
}

result<void> validate(const child_spec& spec, std::string_view place) {
  if (spec.id.empty())
    return bad_field(place, "id", "empty");
  if (spec.id.size() > max_id_length)
    return bad_field(place, "id",
                     std::to_string(spec.id.size()) + " characters, at most "
                       + std::to_string(max_id_length) + " are allowed");
  if (!std::all_of(spec.id.begin(), spec.id.end(), is_id_character))
    return bad_field(place, "id", "\"" + spec.id + "\" (letters, digits, _ - . only)");
  if (!spec.start)
    return bad_field(place, "start", "missing (child \"" + spec.id + "\")");
  if (!in_bounds(spec.shutdown) && spec.shutdown != unbounded_shutdown)
    return bad_field(place, "shutdown",
                     ms(spec.shutdown) + " (0 to " + std::to_string(longest_shutdown.count())
                       + " or unbounded)");
  if (!in_bounds(spec.init_timeout))
    return bad_field(place, "init_timeout",
                     ms(spec.init_timeout) + " (0 to " + ms(longest_shutdown) + ")");
  if (spec.significant && spec.restart == restart_type::permanent)
    return bad_field(place, "significant",
                     "true, but the child is permanent and never ends for good");
  if (spec.limits && spec.limits->period.count() <= 0)
    return bad_field(place, "limits.period", std::to_string(spec.limits->period.count()) + " ns");
  if (auto ok = validate(spec.backoff, std::string{place} + ".backoff"); !ok)
    return ok;
  if (spec.shape)
    return validate(*spec.shape, place);
  return {};
}

result<void> validate(const std::vector<child_spec>& children, std::string_view place) {
  std::unordered_map<std::string_view, std::size_t> places;
  for (std::size_t i = 0; i < children.size(); ++i) {
    const auto here = std::string{place} + "children[" + std::to_string(i) + "]";
    if (auto ok = validate(children[i], here); !ok)
      return ok;
    if (const auto [first, fresh] = places.emplace(children[i].id, i); !fresh)
      return error{errc::duplicate_child, here + ".id: \"" + children[i].id + "\" is children["
                                            + std::to_string(first->second) + "] already"};
  }
  return {};
}

} // namespace troupe
