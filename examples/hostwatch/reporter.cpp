// The actor that computes what is asked about hosts.
// SPDX-License-Identifier: BSD-3-Clause

#include "examples/hostwatch/reporter.hpp"

#include "http_bridge/problem.hpp"
#include "examples/hostwatch/rejections.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace hostwatch {

namespace {

using json = nlohmann::ordered_json;
using troupe::http::response;
using troupe::http::status;

std::string dump(const json& document) {
  return document.dump(-1, ' ', true, json::error_handler_t::replace);
}

json to_value(const std::optional<spread>& s) {
  return s ? json{{"p50", s->p50}, {"p95", s->p95}, {"max", s->max}} : json(nullptr);
}

json to_value(const std::optional<troupe::wall_time>& at) {
  return at ? json(to_text(*at)) : json(nullptr);
}

} // namespace

reporter::reporter(troupe::supervised_actor* self, store_access store)
  : self_(self), store_(std::move(store)) {}

caf::behavior reporter::make_behavior() {
  return {
    [this](const troupe::http::request& request) { take(request); },
    [this](const inject_fault& fault) { faults_.apply(fault.kind); },
  };
}

void reporter::on_stop(const troupe::stop_request&) {
  if (!faults_.ignores_stop())
    self_->quit(caf::exit_reason::user_shutdown);
}

void reporter::take(const troupe::http::request& request) {
  const auto ticket = owed_.owe(self_->make_promise());
  if (request.param("host").empty())
    list(request, ticket);
  else
    summarize_host(request, ticket);
}

void reporter::list(const troupe::http::request& request, owed_answers::ticket ticket) {
  store_.ask(
    self_, list_hosts{},
    [this, ticket](const host_list& found) {
      owed_.give(ticket, response::json_text(to_json(found)));
    },
    [this, ticket, request](const troupe::error& why) {
      owed_.give(ticket, troupe::http::problem_for(why, request.id()));
    });
}

void reporter::summarize_host(const troupe::http::request& request, owed_answers::ticket ticket) {
  auto window = troupe::result<std::chrono::seconds>{default_window};
  if (const auto asked = request.query("window"))
    window = parse_window(*asked);
  if (!window) {
    owed_.give(ticket, response::problem(status::unprocessable_content, {}, window.error().detail));
    return;
  }
  store_.ask(
    self_, find_window{std::string{request.param("host")}, *window, {}},
    [this, ticket, request, window = *window](const found_window& found) {
      if (!found.samples) {
        owed_.give(ticket,
                   unknown_host(found.since, std::chrono::system_clock::now(), request.id()));
        return;
      }
      owed_.give(ticket, response::json_text(to_json(request.param("host"), window,
                                                     summarize(*found.samples), found.since)));
    },
    [this, ticket, request](const troupe::error& why) {
      owed_.give(ticket, troupe::http::problem_for(why, request.id()));
    });
}

std::string to_json(const host_list& list) {
  json out{{"hosts", json::array()}};
  for (const auto& h : list.hosts)
    out["hosts"].push_back(
      {{"host", h.host}, {"samples", h.samples}, {"newest", to_text(h.newest.at)}});
  if (list.since)
    out["since"] = to_text(*list.since);
  return dump(out);
}

std::string to_json(std::string_view host, std::chrono::seconds window, const summary& what,
                    std::optional<troupe::wall_time> since) {
  json out{{"host", host},
           {"window_seconds", window.count()},
           {"samples", what.samples},
           {"from", to_value(what.from)},
           {"to", to_value(what.to)},
           {"cpu_busy", to_value(what.cpu_busy)},
           {"memory_used", to_value(what.memory_used)},
           {"load_one", to_value(what.load_one)},
           {"received_bytes_per_second", to_value(what.received_bytes_per_second)},
           {"sent_bytes_per_second", to_value(what.sent_bytes_per_second)}};
  if (since)
    out["since"] = to_text(*since);
  return dump(out);
}

} // namespace hostwatch
