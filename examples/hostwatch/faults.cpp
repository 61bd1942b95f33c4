// Faults on demand.
// SPDX-License-Identifier: BSD-3-Clause

#include "examples/hostwatch/faults.hpp"

#include <nlohmann/json.hpp>

#include <stdexcept>
#include <thread>
#include <utility>

namespace hostwatch {

std::string_view to_string(fault_kind kind) noexcept {
  switch (kind) {
    case fault_kind::none:
      return "none";
    case fault_kind::throw_:
      return "throw";
    case fault_kind::hang:
      return "hang";
    case fault_kind::ignore_stop:
      return "ignore_stop";
    case fault_kind::slow:
      return "slow";
  }
  return "none";
}

std::variant<fault_kind, rejected_body> parse_fault(std::string_view body) {
  using json = nlohmann::json;
  using rejection = rejected_body::kind_type;
  const auto document = json::parse(body, nullptr, false);
  if (document.is_discarded())
    return rejected_body{rejection::not_json, "the body is not JSON"};
  if (!document.is_object())
    return rejected_body{rejection::bad_field,
                         "body: " + std::string{document.type_name()} + " (an object)"};
  const auto kind = document.find("kind");
  if (kind == document.end())
    return rejected_body{rejection::bad_field, "kind: missing"};
  if (kind->is_string())
    for (const auto known :
         {fault_kind::throw_, fault_kind::hang, fault_kind::ignore_stop, fault_kind::slow})
      if (kind->get_ref<const std::string&>() == to_string(known))
        return known;
  return rejected_body{rejection::bad_field, "kind: not one of throw, hang, ignore_stop and slow"};
}

void fault_switch::apply(fault_kind kind) {
  switch (kind) {
    case fault_kind::none:
      return;
    case fault_kind::throw_:
      throw std::runtime_error{"a fault was asked for"};
    case fault_kind::hang:
      for (;;)
        std::this_thread::sleep_for(std::chrono::hours{1});
    case fault_kind::ignore_stop:
      ignores_stop_ = true;
      return;
    case fault_kind::slow:
      std::this_thread::sleep_for(slow_time);
      return;
  }
}

bool fault_board::deliver(std::string_view child, fault_kind kind) const {
  const auto found = children_.find(child);
  if (found == children_.end())
    return false;
  found->second(kind);
  return true;
}

std::string fault_board::names() const {
  std::string out;
  for (const auto& [child, _] : children_)
    out += (out.empty() ? "" : ", ") + child;
  return out;
}

} // namespace hostwatch
