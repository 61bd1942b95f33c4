// Finds the handler for a method and a path.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/result.hpp"
#include "http_bridge/method.hpp"
#include "http_bridge/request.hpp"
#include "http_bridge/route_pattern.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace [[gnu::visibility("default")]] troupe {
namespace http {

/// The parameters of one match: names live in the router, values, still percent-encoded, in the
/// path that was matched. `request::param` has them decoded.
class route_params {
public:
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] const route_param* begin() const noexcept { return items_.data(); }
  [[nodiscard]] const route_param* end() const noexcept { return items_.data() + size_; }

  /// The value of `name`; empty when the route has no such parameter.
  [[nodiscard]] std::string_view get(std::string_view name) const noexcept;

private:
  friend class route_table;

  std::size_t size_ = 0;
  std::array<route_param, route_pattern::max_params> items_{};
};

/// How a match ended.
enum class match_kind : std::uint8_t {
  matched,            ///< There is a handler.
  not_found,          ///< No route has this path: 404.
  method_not_allowed, ///< There are routes with this path, but for other methods: 405 with `Allow`.
  options,            ///< OPTIONS without a handler of its own: 204 with `Allow`.
  not_implemented,    ///< A method that is not known: 501, whatever the path (RFC 9110 9.1).
};

/// Routes as a trie of segments, without handlers: a match gives the number of a route.
/// Thread safety: any number of threads may match; adding needs to be alone.
class route_table {
public:
  struct found {
    match_kind kind = match_kind::not_found;
    std::size_t route = 0;    ///< For `matched`: number of the route, in the order added from 0.
    std::string_view pattern; ///< For `matched`: text of the route, for logs and metrics.
    std::string_view allow; ///< For `method_not_allowed` and `options`: value of the `Allow` field.
    route_params params;    ///< For `matched`.
  };

  route_table();

  /// See `basic_router::add`.
  result<std::size_t> add(method m, std::string_view pattern);

  /// See `basic_router::match`. Writes into a fresh `outcome`.
  void match(method m, std::string_view path, found& outcome) const;

  [[nodiscard]] std::size_t size() const noexcept { return routes_.size(); }
  [[nodiscard]] method route_method(std::size_t number) const noexcept { return routes_[number].m; }
  [[nodiscard]] std::string_view route_text(std::size_t number) const noexcept {
    return routes_[number].pattern.text;
  }

private:
  static constexpr std::uint32_t none = 0xffff'ffff;

  struct route {
    method m;
    route_pattern pattern;
  };
  // All routes of one shape, such as `/a/{x}`: one per method.
  struct endpoint {
    std::array<std::uint32_t, method_count> routes;
    std::string allow;
  };
  struct edge {
    std::string text;
    std::uint32_t node;
  };
  struct node {
    std::vector<edge> literals; // sorted by length, then text
    std::uint32_t parameter = none;
    std::uint32_t rest = none; // an endpoint
    std::uint32_t endpoint = none;
  };
  std::uint32_t child_for(std::uint32_t parent, const pattern_segment& segment);
  std::uint32_t endpoint_for(const route_pattern& pattern);
  static std::vector<edge>::const_iterator place_of(const std::vector<edge>& edges,
                                                    std::string_view text) noexcept;
  std::uint32_t literal_child(const node& from, std::string_view segment) const;
  std::uint32_t find(std::uint32_t from, std::string_view path, route_params& taken) const;

  std::vector<route> routes_;
  std::vector<node> nodes_;
  std::vector<endpoint> endpoints_;
  std::string allow_all_; // of `OPTIONS *`
};

/// How `basic_router::match` ended, with the handler.
template <class Handler>
struct route_match : route_table::found {
  const Handler* handler
    = nullptr; ///< For `matched`: lives as long as the router and no route is added.
};

/// Routes with a handler each. Which route a path takes does not depend on the order in which they
/// were added: at the first segment where two patterns differ, a literal beats a parameter, and
/// that `{*rest}`; then the method decides. A path costs one step per segment (more only where a
/// literal turns out to lead nowhere and the parameter beside it is tried; no node is visited
/// twice) and a match allocates nothing unless a segment is percent-encoded.
/// Thread safety: any number of threads may match; adding needs to be alone.
template <class Handler>
class basic_router {
public:
  /// Adds a route. `method::other` and CONNECT cannot be routed.
  /// @returns `errc::invalid_argument` for a bad pattern or method, `errc::already_exists` when a
  /// route of
  ///          the same shape has this method; both name the pattern.
  result<void> add(method m, std::string_view pattern, Handler handler) {
    auto route = table_.add(m, pattern);
    if (!route)
      return std::move(route).error();
    handlers_.push_back(std::move(handler));
    return {};
  }

  // -- the same, to be written one after the other; `check` reports the first that failed --------

  template <class H>
  basic_router& get(std::string_view pattern, H&& handler) {
    return keep(method::get, pattern, std::forward<H>(handler));
  }
  template <class H>
  basic_router& post(std::string_view pattern, H&& handler) {
    return keep(method::post, pattern, std::forward<H>(handler));
  }
  template <class H>
  basic_router& put(std::string_view pattern, H&& handler) {
    return keep(method::put, pattern, std::forward<H>(handler));
  }
  template <class H>
  basic_router& del(std::string_view pattern, H&& handler) {
    return keep(method::delete_, pattern, std::forward<H>(handler));
  }
  template <class H>
  basic_router& patch(std::string_view pattern, H&& handler) {
    return keep(method::patch, pattern, std::forward<H>(handler));
  }

  /// The first error of `get`, `post` and so on.
  [[nodiscard]] const result<void>& check() const noexcept { return first_error_; }

  /// Finds the route for `path` as it was sent, percent-encoded and without the query:
  /// `request::raw_path` or `protocol::request_head::path`. HEAD falls back to GET. OPTIONS without
  /// a handler of its own ends in `options`, also for the path `*`, whose `Allow` lists every
  /// method there is.
  [[nodiscard]] route_match<Handler> match(method m, std::string_view path) const {
    route_match<Handler> outcome;
    table_.match(m, path, outcome);
    if (outcome.kind == match_kind::matched)
      outcome.handler = &handlers_[outcome.route];
    return outcome;
  }

  /// Number of routes.
  [[nodiscard]] std::size_t size() const noexcept { return table_.size(); }

  /// The routes without their handlers, for listings.
  [[nodiscard]] const route_table& table() const noexcept { return table_; }

private:
  template <class H>
  basic_router& keep(method m, std::string_view pattern, H&& handler) {
    auto added = add(m, pattern, Handler(std::forward<H>(handler)));
    if (!added && first_error_)
      first_error_ = std::move(added);
    return *this;
  }

  route_table table_;
  std::vector<Handler> handlers_;
  result<void> first_error_;
};

} // namespace http
} // namespace troupe
