// Answers the admin API from snapshots.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/endpoints/admin_routes.hpp"

#include "runtime/inspection/actor_query.hpp"
#include "runtime/inspection/event_json.hpp"
#include "http_bridge/problem.hpp"
#include "http_bridge/endpoints/health.hpp"

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace troupe::http {

namespace {

using shared_model = std::shared_ptr<const admin_model>;

response answer(std::string json) {
  return response::json_text(std::move(json)).with_header("Cache-Control", "no-store");
}

response answer(result<std::string> json, const request& asked) {
  return json ? answer(*std::move(json)) : problem_for(json.error(), asked.id());
}

/// The value of the one parameter that a route takes; empty without it.
result<std::string> only_parameter(const request& asked, std::string_view name) {
  std::string out;
  for (auto& [given, value] : asked.queries()) {
    if (given != name)
      return error{errc::invalid_argument,
                   given + ": no such parameter (" + std::string{name} + ")"};
    out = std::move(value);
  }
  return out;
}

result<std::uint64_t> read_sequence(const std::string& text) {
  std::uint64_t out = 0;
  const auto* end = text.data() + text.size();
  const auto [last, failure] = std::from_chars(text.data(), end, out);
  if (!text.empty() && (failure != std::errc{} || last != end))
    return error{errc::invalid_argument, "since: \"" + text + "\" is no number of an event"};
  return out;
}

response discovery(const request&) {
  return answer(
    R"({"schema":"troupe.admin/1","links":[)"
    R"({"href":"/admin/v1/info","what":"application, build and process"},)"
    R"({"href":"/admin/v1/runtime","what":"state and sums"},)"
    R"({"href":"/admin/v1/actors","what":"actors, by page: state, type, q, limit, cursor"},)"
    R"({"href":"/admin/v1/actors/{path}","what":"one actor"},)"
    R"({"href":"/admin/v1/tree","what":"actors below their supervisors: root"},)"
    R"({"href":"/admin/v1/events","what":"what happened last: since"},)"
    R"({"href":"/livez","what":"probe"},)"
    R"({"href":"/readyz","what":"probe"},)"
    R"({"href":"/startupz","what":"probe"}]})");
}

response actors(const admin_model& model, const request& asked) {
  const auto query = parse_actor_query(asked.queries());
  if (!query)
    return problem_for(query.error(), asked.id());
  const auto now = take_snapshot(model.source);
  return answer(actors_json(now, select(now, *query)));
}

response one_actor(const admin_model& model, const request& asked) {
  std::string path{asked.param("path")};
  if (!path.starts_with('/'))
    path.insert(path.begin(), '/');
  return answer(actor_json(take_snapshot(model.source), path), asked);
}

response tree(const admin_model& model, const request& asked) {
  const auto root = only_parameter(asked, "root");
  if (!root)
    return problem_for(root.error(), asked.id());
  return answer(tree_json(take_snapshot(model.source), *root), asked);
}

response events(const admin_model& model, const request& asked) {
  const auto text = only_parameter(asked, "since");
  if (!text)
    return problem_for(text.error(), asked.id());
  const auto since = read_sequence(*text);
  if (!since)
    return problem_for(since.error(), asked.id());
  return answer(events_json(model.events->since(*since)));
}

} // namespace

router make_admin_routes(shared_model model) {
  router routes;
  routes.get("/admin/v1", discovery)
    .get("/admin/v1/info",
         [model](const request&) {
           return answer(info_json(take_snapshot(model->source), model->process));
         })
    .get("/admin/v1/runtime",
         [model](const request&) {
           return answer(runtime_json(take_snapshot(model->source), model->events->state()));
         })
    .get("/admin/v1/actors", [model](const request& asked) { return actors(*model, asked); })
    .get("/admin/v1/actors/{*path}",
         [model](const request& asked) { return one_actor(*model, asked); })
    .get("/admin/v1/tree", [model](const request& asked) { return tree(*model, asked); })
    .get("/admin/v1/events", [model](const request& asked) { return events(*model, asked); });
  add_health(routes, model->source.status);
  return routes;
}

} // namespace troupe::http
