// A child that behaves as badly as a test tells it to.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/supervision/child_spec.hpp"

#include <caf/allowed_unsafe_message_type.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace [[gnu::visibility("default")]] troupe {
namespace testkit {

// -- what it can be told; every request not named otherwise is answered `done` --------------------------------

struct done {};

/// How a handler fails.
enum class failure : std::uint8_t {
  exception,     ///< `std::runtime_error{"boom"}`
  number,        ///< `throw 42`
  out_of_memory, ///< `std::bad_alloc`
  nested,        ///< "outer", caused by "inner"
  after_promise, ///< takes over the answer, then throws
  after_quit,    ///< `quit()`, then throws: the quit no longer counts
  in_timer,      ///< a timer that is due at once throws; the request itself is answered
  become,        ///< replaces its behaviour and default handlers, then throws
};

struct crash {
  failure how = failure::exception;
};
/// Adds `by` to a sum that starts at 0 in each incarnation; the answer is the sum (`std::int64_t`).
struct count {
  std::int64_t by = 1;
};
/// The answer is the incarnation (`std::uint32_t`).
struct which_incarnation {};
/// Adds `text` to the script's log as `#<incarnation> <text>`. Nothing is answered to a plain message.
struct note {
  std::string text;
};
/// It quits at once and normally.
struct end_normally {};
/// It quits at once.
struct quit_as {
  enum class way : std::uint8_t {
    normal,
    shutdown,
    failed,   ///< With `errc::io_error`, "disk full".
    for_good, ///< It asks not to be brought back.
    tree,     ///< It asks that its supervisor ends, too.
  };
  way how = way::normal;
};
/// Blocks its thread until `child_script::release`. For real schedulers.
struct hang {};
/// Keeps the request; answered by the next `answer_kept`, or by nobody.
struct keep {};
struct answer_kept {};

/// What a scripted child does by itself, and what it has done. Shared by all its incarnations and with the test.
/// Thread safety: any thread.
class child_script {
public:
  child_script();
  ~child_script();
  child_script(const child_script&) = delete;
  child_script& operator=(const child_script&) = delete;

  // -- orders; each may be given at any time ------------------------------------

  /// The n-th constructions throw `std::runtime_error{"no disk"}`, counted from 1 over all incarnations.
  void fail_constructions(std::vector<std::uint32_t> which);
  /// From the n-th construction on every one throws; 0: none.
  void fail_constructions_from(std::uint32_t first);
  /// The n-th constructions throw `ignore_start`.
  void ignore_constructions(std::vector<std::uint32_t> which);
  /// `make_behavior` throws instead of the constructor.
  void fail_in_make_behavior(bool yes);
  /// Up only `delay` after it was made; zero: at once.
  void start_delay(std::chrono::nanoseconds delay);
  /// What it does about a stop request.
  enum class stop_mode : std::uint8_t {
    at_once,
    ignore,
    fail, ///< Throws "cannot stop".
    late, ///< Ends after `stop_delay`.
  };
  void on_stop(stop_mode how, std::chrono::nanoseconds delay = {});
  /// Ends every `hang`, those to come too.
  void release();

  // -- what happened ------------------------------------------------------------

  [[nodiscard]] std::uint32_t constructions() const;
  [[nodiscard]] std::uint32_t destructions() const;
  /// Calls of `on_start`.
  [[nodiscard]] std::uint32_t starts() const;
  [[nodiscard]] std::uint32_t stop_requests() const;
  /// Handlers that block in `hang` now.
  [[nodiscard]] std::uint32_t hanging() const;
  /// Blocks until a handler hangs. @returns whether that came true within `limit`.
  [[nodiscard]] bool wait_for_hang(std::chrono::milliseconds limit = std::chrono::seconds{
                                     30}) const;
  /// `#1 made`, `#1 <note>`, `#1 asked to stop`, `#1 gone`, in order.
  [[nodiscard]] std::vector<std::string> log() const;

  struct state;
  /// For the child itself.
  [[nodiscard]] state& inside() noexcept { return *state_; }

private:
  std::unique_ptr<state> state_;
};

/// A permanent worker that follows `script`.
[[nodiscard]] child_spec make_scripted_child(std::string id, std::shared_ptr<child_script> script);

} // namespace testkit
} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::testkit::done)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::testkit::crash)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::testkit::count)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::testkit::which_incarnation)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::testkit::note)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::testkit::end_normally)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::testkit::quit_as)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::testkit::hang)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::testkit::keep)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::testkit::answer_kept)
