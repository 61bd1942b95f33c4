// A running hostwatch with a port and an admin socket of its own.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "tests/system/harness/http_connection.hpp"
#include "tests/system/harness/process.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace harness {

/// Is ready when the constructor returns.
class hostwatch_service {
public:
  /// @throws std::runtime_error with what it has written when it does not get ready.
  explicit hostwatch_service(std::vector<std::string> more_arguments = {});
  ~hostwatch_service();

  [[nodiscard]] process& program() noexcept { return *process_; }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] const std::string& admin_socket() const noexcept { return admin_; }

  [[nodiscard]] std::optional<answer> get(std::string_view target) const {
    return fetch(port_, "GET", target);
  }
  [[nodiscard]] std::optional<answer> post(std::string_view target, std::string_view body) const {
    return fetch(port_, "POST", target, body);
  }
  /// Asks for a fault; @returns the status, 0 without an answer.
  int fault(const std::string& child, const std::string& kind) const;

  /// What `troupe` prints for these arguments about this service. @throws std::runtime_error when it fails.
  [[nodiscard]] std::string tool(std::vector<std::string> arguments) const;

private:
  std::string folder_;
  std::string admin_;
  std::optional<process> process_;
  std::uint16_t port_ = 0;
};

/// A body for POST /samples: one sample with a load that makes it recognisable.
[[nodiscard]] std::string sample_body(const std::string& host, std::int64_t time_ms,
                                      double load = 0.5, std::int64_t counters = 1'000);

} // namespace harness
