// A program of this tree, run as its own process and watched from outside.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <sys/types.h>

namespace harness {

/// Long enough for a sanitizer on a busy machine; tests end as soon as the condition is true.
inline constexpr std::chrono::seconds patience{30};

/// How a process ended.
struct ending {
  int code = -1;  ///< Exit code; -1 when a signal ended it.
  int signal = 0; ///< That signal, or 0.
  std::chrono::steady_clock::time_point at;
};

/// Starts a program in the constructor and kills it in the destructor if it is still there.
/// Thread safety: any thread.
class process {
public:
  /// @param program name of a file in the folder that the environment variable TROUPE_BIN_DIR names.
  /// @throws std::runtime_error when it cannot be started.
  explicit process(const std::string& program, std::vector<std::string> arguments = {});
  ~process();
  process(const process&) = delete;
  process& operator=(const process&) = delete;

  /// Waits for a line on stdout or stderr that holds `text`. @returns it; nothing when the time is over or the process
  /// has ended without it.
  [[nodiscard]] std::optional<std::string> wait_for_line(
    const std::string& text, std::chrono::milliseconds limit = patience) const;
  /// Whether such a line has come.
  [[nodiscard]] bool has_line(const std::string& text) const;

  void send_signal(int number) const;

  /// Waits for the end. @returns nothing when it does not come in time.
  [[nodiscard]] std::optional<ending> wait_for_end(std::chrono::milliseconds limit = patience);

  /// Everything it has written.
  [[nodiscard]] std::string out() const;
  [[nodiscard]] std::string err() const;
  /// Both, for messages of failed tests.
  [[nodiscard]] std::string story() const;

private:
  struct stream {
    int descriptor = -1;
    std::string text;
  };

  void read_output();
  [[nodiscard]] std::optional<std::string> find_line(const std::string& text) const;

  pid_t pid_ = -1;
  stream streams_[2];
  bool closed_ = false; ///< Both streams have ended.
  std::optional<ending> ending_;
  mutable std::mutex mutex_; ///< Guards texts, `closed_` and `ending_`.
  mutable std::condition_variable changed_;
  std::thread reader_;
  std::thread waiter_;
};

} // namespace harness
