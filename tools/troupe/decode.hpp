// From the admin API's JSON back to the model.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/result.hpp"
#include "runtime/inspection/snapshot.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace troupe::tool {

/// Keeps its members in the order in which they came.
using json = nlohmann::ordered_json;

/// Parses a document and checks that it has the schema that is expected.
/// @returns `errc::io_error` for text that is no JSON, and naming both schemas for another one.
[[nodiscard]] result<json> parse_document(std::string_view text, std::string_view schema);

/// An item of `troupe.actors/1` or `troupe.actor/1`. Members that are missing count as zero or
/// empty; members that are not known are skipped.
/// @returns `errc::io_error` when there is no path, or a state that this version does not know.
[[nodiscard]] result<actor_snapshot> decode_actor(const json& item);

/// What `troupe.actors/1` says beside its items: application and unobserved actors.
void decode_head(const json& document, snapshot& out);

/// The member at `names`, one inside the other; null when there is none.
[[nodiscard]] const json& member(const json& from, std::initializer_list<const char*> names);

/// The member as text, `-` for null.
[[nodiscard]] std::string text_at(const json& from, std::initializer_list<const char*> names);

/// As text to be printed: pure ASCII, so that a terminal obeys none of it.
[[nodiscard]] std::string dump(const json& value, int indent = -1);

} // namespace troupe::tool
