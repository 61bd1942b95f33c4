// The actor between what comes in and the store.
// SPDX-License-Identifier: BSD-3-Clause

#include "examples/hostwatch/parser.hpp"

#include "http_bridge/problem.hpp"
#include "examples/hostwatch/rejections.hpp"
#include "examples/hostwatch/store.hpp"

#include <spdlog/spdlog.h>

#include <utility>
#include <variant>

namespace hostwatch {

namespace {

using troupe::http::response;

std::string sentence_for(const sample_store::answer& refusal) {
  return refusal.outcome == keep_outcome::too_many_hosts
           ? refusal.host + ": there are too many hosts already"
           : refusal.host + ": too many samples in the last hour";
}

response answer_to(const sample_store::answer& outcome, std::size_t samples) {
  if (outcome.outcome == keep_outcome::kept)
    return response::json_text("{\"accepted\":" + std::to_string(samples) + "}",
                               troupe::http::status::accepted);
  return response::problem(troupe::http::status::too_many_requests, {}, sentence_for(outcome))
    .with_header("Retry-After", "60");
}

} // namespace

parser::parser(troupe::supervised_actor* self, store_access store,
               std::shared_ptr<const host_identity> here)
  : self_(self), store_(std::move(store)), here_(std::move(here)) {}

caf::behavior parser::make_behavior() {
  return {
    [this](const troupe::http::request& request) { take(request); },
    [this](const local_texts& look) { take(*look.texts); },
    [this](const inject_fault& fault) { faults_.apply(fault.kind); },
  };
}

void parser::on_stop(const troupe::stop_request&) {
  if (!faults_.ignores_stop())
    self_->quit(caf::exit_reason::user_shutdown);
}

void parser::take(const troupe::http::request& request) {
  const auto ticket = owed_.owe(self_->make_promise());
  auto read = parse_samples(request.body());
  if (const auto* rejected = std::get_if<rejected_body>(&read)) {
    owed_.give(ticket, response_for(*rejected));
    return;
  }
  auto batch = std::make_shared<const std::vector<host_sample>>(
    std::get<std::vector<host_sample>>(std::move(read)));
  const auto count = batch->size();
  store_.ask(
    self_, keep_samples{std::move(batch), {}},
    [this, ticket, count](const sample_store::answer& outcome) {
      owed_.give(ticket, answer_to(outcome, count));
    },
    [this, ticket, request](const troupe::error& why) {
      owed_.give(ticket, troupe::http::problem_for(why, request.id()));
    });
}

void parser::take(const proc_texts& texts) {
  const auto values = parse_texts(texts, here_->ticks_per_second);
  if (!values) {
    spdlog::warn("this host: {}", values.error().to_text());
    return;
  }
  auto batch = std::make_shared<const std::vector<host_sample>>(1,
                                                                host_sample{here_->name, *values});
  store_.ask(
    self_, keep_samples{std::move(batch), {}},
    [](const sample_store::answer& outcome) {
      if (outcome.outcome != keep_outcome::kept)
        spdlog::warn("this host: not kept: {}", sentence_for(outcome));
    },
    [](const troupe::error& why) { spdlog::warn("this host: not kept: {}", why.to_text()); });
}

} // namespace hostwatch
