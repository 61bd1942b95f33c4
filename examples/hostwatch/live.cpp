// The actor that sends accepted samples to whoever watches a host.
// SPDX-License-Identifier: BSD-3-Clause

#include "examples/hostwatch/live.hpp"

#include "http_bridge/problem.hpp"
#include "examples/hostwatch/rejections.hpp"
#include "examples/hostwatch/summary.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace hostwatch {

namespace {

/// Enough for the newest sample and the one before.
constexpr std::chrono::seconds recent{10};

troupe::http::sse_event event_of(std::string_view host, const sample* before, const sample& now) {
  return {.id = {}, .event = "sample", .data = to_json(host, point_of(before, now))};
}

} // namespace

live::live(troupe::supervised_actor* self, store_access store)
  : self_(self), store_(std::move(store)) {}

live::~live() {
  for (auto& [_, waiting] : waiting_)
    waiting.who->respond(
      troupe::http::problem_for({troupe::errc::restarting, {}}, waiting.who->request().id()));
  for (auto& [_, host] : hosts_)
    for (auto& w : host.watchers)
      w.stream.close();
}

caf::behavior live::make_behavior() {
  sweep();
  return {
    [this](const watch_host& request) { take(request); },
    [this](const samples_kept& news) { take(news); },
    [this](const inject_fault& fault) { faults_.apply(fault.kind); },
  };
}

void live::on_stop(const troupe::stop_request&) {
  if (!faults_.ignores_stop())
    self_->quit(caf::exit_reason::user_shutdown);
}

void live::take(const watch_host& request) {
  const auto number = ++last_waiting_;
  waiting_.emplace(number, request);
  const auto finish = [this, number](const auto& action) {
    auto node = waiting_.extract(number);
    if (!node.empty())
      action(node.mapped());
  };
  store_.ask(
    self_, find_window{std::string{request.who->request().param("host")}, recent, {}},
    [this, finish](const found_window& found) {
      finish([&](const watch_host& waiting) {
        if (found.samples)
          begin(waiting, *found.samples);
        else
          waiting.who->respond(unknown_host(found.since, std::chrono::system_clock::now(),
                                            waiting.who->request().id()));
      });
    },
    [finish](const troupe::error& why) {
      finish([&](const watch_host& waiting) {
        waiting.who->respond(troupe::http::problem_for(why, waiting.who->request().id()));
      });
    });
}

void live::begin(const watch_host& request, const std::vector<sample>& recent_samples) {
  const std::string host{request.who->request().param("host")};
  auto sorted = recent_samples;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const sample& a, const sample& b) { return a.at < b.at; });
  auto stream = request.who->start_events();
  const auto count = sorted.size();
  stream.send(event_of(host, count > 1 ? &sorted[count - 2] : nullptr, sorted.back()));
  auto& entry = hosts_[host];
  if (!entry.newest || entry.newest->at < sorted.back().at)
    entry.newest = sorted.back();
  entry.watchers.push_back({std::move(stream), request.place});
}

void live::take(const samples_kept& news) {
  for (const auto& kept : *news.samples) {
    const auto found = hosts_.find(kept.host);
    if (found == hosts_.end())
      continue;
    auto& [newest, watchers] = found->second;
    if (newest && kept.values.at <= newest->at)
      continue;
    const auto event = event_of(kept.host, newest ? &*newest : nullptr, kept.values);
    newest = kept.values;
    std::erase_if(watchers, [&](watcher& w) { return !w.stream.send(event); });
    if (watchers.empty())
      hosts_.erase(found);
  }
}

void live::sweep() {
  for (auto it = hosts_.begin(); it != hosts_.end();) {
    std::erase_if(it->second.watchers, [](const watcher& w) { return w.stream.closed(); });
    it = it->second.watchers.empty() ? hosts_.erase(it) : std::next(it);
  }
  self_->run_after(sweep_period, [this] { sweep(); });
}

} // namespace hostwatch
