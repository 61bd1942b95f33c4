// Asks a running application.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/result.hpp"
#include "runtime/inspection/snapshot.hpp"
#include "tools/troupe/decode.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::tool {

/// Sends a GET for `target` and returns the body of a 200. The seam for tests.
/// @returns `errc::not_found` for a 404, `errc::invalid_argument` for a 400, `errc::io_error` for
///          any other status or what is no HTTP, and what a client reports.
using fetch_function = std::function<result<std::string>(const std::string& target)>;

/// Fetches over a Unix-domain socket; `timeout` bounds each request.
[[nodiscard]] fetch_function fetch_from(const std::string& socket,
                                        std::chrono::milliseconds timeout);

/// What is made of a status and a body.
[[nodiscard]] result<std::string> read_answer(int status, std::string body);

/// A list of actors as it came and as it is understood; the two have the same order.
struct actor_list {
  json head; ///< The document without its items.
  std::vector<json> items;
  snapshot model;
};

/// The admin API of one application, version 1. Every call blocks.
class admin_api {
public:
  explicit admin_api(fetch_function fetch) : fetch_(std::move(fetch)) {}

  [[nodiscard]] result<json> info() const { return document("/admin/v1/info", "troupe.info/1"); }
  [[nodiscard]] result<json> runtime() const {
    return document("/admin/v1/runtime", "troupe.runtime/1");
  }

  /// All pages.
  /// @param filter query parameters, encoded: `state=idle&q=x`; may be empty.
  [[nodiscard]] result<actor_list> actors(const std::string& filter = {}) const;

  /// @param root path of an actor; empty: everything. `errc::not_found` when there is no such
  ///        actor.
  [[nodiscard]] result<json> tree(std::string_view root) const;

  [[nodiscard]] result<json> events(std::uint64_t since) const;

private:
  [[nodiscard]] result<json> document(const std::string& target, std::string_view schema) const;

  fetch_function fetch_;
};

} // namespace troupe::tool
