// The actor of this project.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/supervision/make_child.hpp"
#include "http_bridge/request_message.hpp"

#include <caf/behavior.hpp>

#include <stdexcept>
#include <string>
#include <string_view>

struct greeter {
  static constexpr std::string_view type_name = "greeter";
  explicit greeter(troupe::supervised_actor*) {}
  caf::behavior make_behavior() {
    return {[](const troupe::http::request& request) {
      if (request.param("name") == "nobody")
        throw std::invalid_argument{"nobody is here"};
      return troupe::http::response::text("hello " + std::string{request.param("name")} + "\n");
    }};
  }
};
