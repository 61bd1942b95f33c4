// troupe ls: the applications that run.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/core/units.hpp"
#include "tools/troupe/verbs.hpp"

#include <chrono>

namespace troupe::tool {

namespace {

std::string as_json(const std::vector<admin_socket>& running,
                    const std::vector<result<json>>& answers) {
  json out;
  out["schema"] = "troupe.applications/1";
  auto& items = out["items"] = json::array();
  for (std::size_t i = 0; i < running.size(); ++i) {
    json item;
    item["app"]["name"] = running[i].application;
    item["pid"] = running[i].pid;
    item["socket"] = running[i].path;
    item["state"] = answers[i] ? member(*answers[i], {"state"}) : json();
    item["uptime_s"] = answers[i] ? member(*answers[i], {"uptime_s"}) : json();
    item["troupe"] = answers[i] ? member(*answers[i], {"troupe"}) : json();
    item["problem"] = answers[i] ? json() : json(answers[i].error().to_text());
    items.push_back(std::move(item));
  }
  return dump(out, 2) + '\n';
}

cell uptime(const result<json>& answer) {
  if (!answer || !member(*answer, {"uptime_s"}).is_number())
    return {"-", tint::faint};
  const auto seconds = member(*answer, {"uptime_s"}).get<double>();
  return {troupe::to_text(std::chrono::nanoseconds{static_cast<std::int64_t>(seconds * 1e9)})};
}

cell state(const result<json>& answer) {
  if (!answer)
    return {std::string{to_string(answer.error().code)}, tint::bad};
  auto text = text_at(*answer, {"state"});
  const auto color = text == "ready" ? tint::good : tint::warning;
  return {std::move(text), color};
}

} // namespace

result<report> ls(const std::vector<admin_socket>& running,
                  const std::function<admin_api(const std::string& socket)>& ask, output_form form,
                  const terminal_style& style) {
  std::vector<result<json>> answers;
  for (const auto& socket : running)
    answers.push_back(ask(socket.path).info());
  if (form == output_form::json_document)
    return report{as_json(running, answers), {}};
  table out;
  out.headings = {{"APPLICATION"},  {"PID", true}, {"STATE"},
                  {"UPTIME", true}, {"TROUPE"},    {"SOCKET"}};
  for (std::size_t i = 0; i < running.size(); ++i)
    out.rows.push_back({{running[i].application},
                        {std::to_string(running[i].pid)},
                        state(answers[i]),
                        uptime(answers[i]),
                        {answers[i] ? text_at(*answers[i], {"troupe"}) : "-"},
                        {running[i].path}});
  return report{render(out, style), {}};
}

} // namespace troupe::tool
