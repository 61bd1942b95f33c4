// Holds the samples that were accepted, within fixed bounds.
// SPDX-License-Identifier: BSD-3-Clause

#include "examples/hostwatch/sample_store.hpp"

#include <algorithm>
#include <iterator>

namespace hostwatch {

sample_store::answer sample_store::keep(const std::vector<host_sample>& samples,
                                        troupe::steady_time now) {
  // First look, then change: all or nothing.
  std::map<std::string_view, std::size_t> wanted;
  for (const auto& s : samples)
    ++wanted[s.host];
  const auto is_new = [this](const auto& entry) { return !hosts_.contains(entry.first); };
  const auto new_hosts = static_cast<std::size_t>(
    std::count_if(wanted.begin(), wanted.end(), is_new));
  if (new_hosts > 0 && hosts_.size() + new_hosts > limits_.hosts) {
    expire(now);
    // What has just gone may be among the wanted ones.
    const auto missing = static_cast<std::size_t>(
      std::count_if(wanted.begin(), wanted.end(), is_new));
    if (hosts_.size() + missing > limits_.hosts)
      return {keep_outcome::too_many_hosts,
              std::string{std::find_if(wanted.begin(), wanted.end(), is_new)->first}};
  }
  for (const auto& [host, count] : wanted) {
    const auto found = hosts_.find(host);
    std::size_t there = 0;
    if (found != hosts_.end()) {
      expire(found->second, now);
      there = found->second.samples.size();
    }
    if (there + count > limits_.samples_per_host)
      return {keep_outcome::too_many_samples, std::string{host}};
  }
  for (const auto& s : samples) {
    auto& entry = hosts_[s.host];
    if (entry.samples.empty() || entry.newest.at <= s.values.at)
      entry.newest = s.values;
    entry.samples.push_back({now, s.values});
  }
  return {};
}

std::vector<host_info> sample_store::hosts(troupe::steady_time now) {
  expire(now);
  std::vector<host_info> out;
  out.reserve(hosts_.size());
  for (const auto& [host, entry] : hosts_)
    out.push_back({host, entry.samples.size(), entry.newest});
  return out;
}

std::optional<std::vector<sample>> sample_store::window(std::string_view host,
                                                        std::chrono::seconds window,
                                                        troupe::steady_time now) {
  const auto found = hosts_.find(host);
  if (found == hosts_.end())
    return std::nullopt;
  auto& entry = found->second;
  expire(entry, now);
  if (entry.samples.empty()) {
    hosts_.erase(found);
    return std::nullopt;
  }
  std::vector<sample> out;
  for (const auto& h : entry.samples)
    if (h.values.at >= entry.newest.at - window)
      out.push_back(h.values);
  return out;
}

void sample_store::expire(series& of, troupe::steady_time now) const {
  bool newest_gone = false;
  while (!of.samples.empty() && now - of.samples.front().since >= limits_.held_for) {
    newest_gone = newest_gone || of.samples.front().values == of.newest;
    of.samples.pop_front();
  }
  // One that came out of order may have been the newest by its own time.
  if (newest_gone && !of.samples.empty())
    of.newest
      = std::max_element(of.samples.begin(), of.samples.end(), [](const held& a, const held& b) {
          return a.values.at < b.values.at;
        })->values;
}

void sample_store::expire(troupe::steady_time now) {
  for (auto it = hosts_.begin(); it != hosts_.end();) {
    expire(it->second, now);
    it = it->second.samples.empty() ? hosts_.erase(it) : std::next(it);
  }
}

} // namespace hostwatch
