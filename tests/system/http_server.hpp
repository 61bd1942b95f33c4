// A real application with a bridge, and clients that speak to it byte by byte.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/application/application.hpp"
#include "http_bridge/bridge.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace troupe::testkit {

/// Exchanges that wait until the test answers them.
class parking_lot {
public:
  void park(http::exchange x);
  /// Waits until `count` have been parked in all. @returns whether that came true in 10 s.
  bool wait_for(std::size_t count);
  [[nodiscard]] std::size_t parked() const;
  /// Takes the one that was parked as number `index`, counted from 0.
  http::exchange take(std::size_t index);
  /// A handler that parks.
  static http::exchange_handler handler(const std::shared_ptr<parking_lot>& lot);

private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::optional<http::exchange>> parked_;
};

/// Keeps the events of a bridge.
class event_recorder final : public http::http_event_sink {
public:
  void publish(const http::http_event& event) noexcept override;
  [[nodiscard]] std::vector<http::http_event> events() const;

  template <class Event>
  [[nodiscard]] std::vector<Event> all() const {
    std::vector<Event> out;
    for (const auto& each : events())
      if (const auto* found = std::get_if<Event>(&each))
        out.push_back(*found);
    return out;
  }

private:
  mutable std::mutex mutex_;
  std::vector<http::http_event> events_;
};

/// An application that runs on a thread, with a bridge `http` on a port of its own.
class http_server {
public:
  struct setup {
    http::bridge_options bridge;
    http::router routes;
    std::vector<child_spec> children;
  };

  /// @param compose adds routes and children and changes the bridge's options.
  explicit http_server(const std::function<void(setup&, application&)>& compose,
                       application_options options = {});
  ~http_server();

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] application& app() { return *app_; }
  [[nodiscard]] http::http_counters counters() const { return status_->counters(); }
  [[nodiscard]] const http::bridge_status& status() const { return *status_; }
  [[nodiscard]] const event_recorder& events() const { return *events_; }

  /// Asks the application to stop and does not wait.
  void request_stop();
  /// Waits for its end. @returns the exit code.
  int wait();

private:
  std::shared_ptr<http::bridge_status> status_ = std::make_shared<http::bridge_status>();
  std::shared_ptr<event_recorder> events_ = std::make_shared<event_recorder>();
  std::unique_ptr<application> app_;
  std::thread thread_;
  std::uint16_t port_ = 0;
  int exit_code_ = -1;
};

/// One answer, as it came over the wire.
struct wire_answer {
  int status = 0;
  std::string head;
  std::string body;

  /// Value of a field, empty when it is not there.
  [[nodiscard]] std::string field(std::string_view name) const;
};

/// A connection to 127.0.0.1; nothing waits longer than 10 s.
class wire_client {
public:
  explicit wire_client(std::uint16_t port, int receive_buffer = 0);
  wire_client(wire_client&& other) noexcept;
  ~wire_client();

  /// @returns false when the other side has reset the connection.
  bool send(std::string_view bytes);
  /// The next whole answer, framed by its length or in chunks; nothing when the connection ends first.
  std::optional<wire_answer> answer(bool to_head = false);
  /// Sends a request for `target` and reads the answer.
  std::optional<wire_answer> get(std::string_view target);
  /// Reads until `text` has come. @returns what came; empty when the connection ended first.
  std::string read_until(std::string_view text);
  /// Whether the other side closes in order, without a further byte.
  bool closed();
  void half_close();
  void reset();
  [[nodiscard]] int fd() const { return fd_; }

private:
  bool read_more();

  int fd_ = -1;
  std::string waiting_;
};

/// Whether `condition` comes true within 10 s.
bool eventually(const std::function<bool()>& condition);

} // namespace troupe::testkit
