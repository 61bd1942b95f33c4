// Asks the admin API and puts pages together.
// SPDX-License-Identifier: BSD-3-Clause

#include "tools/troupe/admin_api.hpp"

#include "runtime/inspection/actor_query.hpp"
#include "http_bridge/client/client.hpp"
#include "tools/troupe/text.hpp"

#include <fmt/format.h>

#include <utility>

namespace troupe::tool {

namespace {

/// Ten thousand actors are about 3 MB.
constexpr byte_count largest_answer{256 * 1024 * 1024};

/// The detail of a problem document, or what there is of it.
std::string reason_in(const std::string& body) {
  const auto problem = json::parse(body, nullptr, false);
  for (const auto* name : {"detail", "title"}) {
    if (const auto& found = member(problem, {name}); found.is_string())
      return found.get<std::string>();
  }
  return {};
}

} // namespace

result<std::string> read_answer(int status, std::string body) {
  if (status == 200)
    return body;
  auto reason = reason_in(body);
  if (status == 404)
    return error{errc::not_found,
                 reason.empty() ? "the target has no such route" : std::move(reason)};
  if (status == 400)
    return error{errc::invalid_argument, std::move(reason)};
  return error{errc::io_error, fmt::format("the target answered {}{}{}", status,
                                           reason.empty() ? "" : ": ", reason)};
}

fetch_function fetch_from(const std::string& socket, std::chrono::milliseconds timeout) {
  http::client_options options;
  options.timeout = timeout;
  options.limits.body = largest_answer;
  return [client = http::client{http::unix_server{socket}, options}](
           const std::string& target) -> result<std::string> {
    auto answer = client.get(target);
    if (!answer)
      return std::move(answer).error();
    return read_answer(answer->status, std::move(answer->body));
  };
}

result<json> admin_api::document(const std::string& target, std::string_view schema) const {
  const auto body = fetch_(target);
  if (!body)
    return body.error();
  return parse_document(*body, schema);
}

result<actor_list> admin_api::actors(const std::string& filter) const {
  actor_list out;
  std::string cursor;
  do {
    auto target = fmt::format("/admin/v1/actors?limit={}", actor_query::max_limit);
    if (!filter.empty())
      target += '&' + filter;
    if (!cursor.empty())
      target += "&cursor=" + percent_encoded(cursor);
    auto page = document(target, "troupe.actors/1");
    if (!page)
      return std::move(page).error();
    const auto& next = member(*page, {"next"});
    auto following = next.is_string() ? next.get<std::string>() : std::string{};
    if (!following.empty() && following == cursor)
      return error{errc::io_error, "the target sends the same page again and again"};
    cursor = std::move(following);
    if (const auto items = page->find("items"); items != page->end() && items->is_array()) {
      for (auto& item : *items) {
        auto actor = decode_actor(item);
        if (!actor)
          return std::move(actor).error();
        out.model.actors.push_back(*std::move(actor));
        out.items.push_back(std::move(item));
      }
    }
    page->erase("items");
    out.head = *std::move(page);
  } while (!cursor.empty());
  decode_head(out.head, out.model);
  return out;
}

result<json> admin_api::tree(std::string_view root) const {
  std::string target = "/admin/v1/tree";
  if (!root.empty())
    target += "?root=" + percent_encoded(root);
  return document(target, "troupe.tree/1");
}

result<json> admin_api::events(std::uint64_t since) const {
  return document(fmt::format("/admin/v1/events?since={}", since), "troupe.events/1");
}

} // namespace troupe::tool
