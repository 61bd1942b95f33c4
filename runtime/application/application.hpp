// An application: what starts, what runs, what stops, and in which order.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/exit_class.hpp"
#include "runtime/caf/dead_letter.hpp"
#include "runtime/supervision/child_spec.hpp"
#include "runtime/supervision/supervisor.hpp"
#include "runtime/registry/registry.hpp"
#include "runtime/lifespan/lifespan_event_sink.hpp"
#include "runtime/lifespan/lifespan_options.hpp"
#include "runtime/lifespan/lifespan_status.hpp"
#include "runtime/application/shared_state.hpp"

#include <chrono>
#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace [[gnu::visibility("default")]] troupe {

struct application_options {
  lifespan_options lifespan;
  /// Of the root supervisor at `/app`, which supervises the children added to the application.
  supervisor_options root;
  /// Threads of the actor scheduler; 0: one per core this process may use, at least 4, so that a handler
  /// that hangs does not stop the others. At most 256.
  std::size_t workers = 0;
  /// For the actor system to end after everything has been stopped.
  std::chrono::milliseconds join_time{2'000};
};

/// Composed first, then run once.
///
///     troupe::application app{"clock"};
///     app.on_startup("settings", [&] { return app.state().emplace<settings>(...); });
///     app.add(troupe::make_child<clock_state>("clock"));
///     return troupe::run(app);
///
/// Start: startup handlers in the order given, then the children in the order given, each after the one
/// before is up, then the application is ready. Stop: children in reverse order, then shutdown handlers in
/// reverse order, each within its time and each run even if another one failed. A failed start undoes what
/// had been done, in reverse order, and ends with exit code 3.
/// Thread safety: compose from one thread; `request_stop`, `actors`, `status` and `state` from any.
class application {
public:
  /// @param name for logs and for the admin socket; letters, digits, `_`, `-` and `.`.
  explicit application(std::string name, application_options options = {});
  ~application();
  application(const application&) = delete;
  application& operator=(const application&) = delete;

  // -- composition ------------------------------------------------------------

  /// Adds a startup handler. It may block, runs on a thread of its own before any child starts, and fails by
  /// returning an error or by throwing.
  template <std::invocable F>
  application& on_startup(std::string handler, F f) {
    return hook(std::move(handler), wrap(std::move(f)), {});
  }

  /// Adds a shutdown handler. It may block and runs after every child has ended. In a failed start it runs
  /// only if everything registered before it had started.
  template <std::invocable F>
  application& on_shutdown(std::string handler, F f) {
    return hook(std::move(handler), {}, wrap(std::move(f)));
  }

  /// Adds a pair: `shutdown` runs exactly if `startup` has succeeded.
  application& hook(std::string handler, std::function<result<void>()> startup,
                    std::function<result<void>()> shutdown);

  /// Adds a child at the end of the list; its path is `/app/<id>`. A wrong specification is reported by
  /// `run`, with exit code 2.
  application& add(child_spec child);

  /// Adds a listener for what supervisors report.
  application& observe(std::shared_ptr<supervisor_event_sink> sink);
  /// Adds a listener for the lifespan.
  application& observe(std::shared_ptr<lifespan_event_sink> sink);
  /// Gets every message to a supervised actor that is lost or cannot be delivered.
  application& observe(std::shared_ptr<dead_letter_sink> sink);
  /// Calls `then` once, when the application is ready. On an actor's thread: it must not block and must not throw.
  application& on_ready(std::function<void()> then);

  // -- properties -------------------------------------------------------------

  [[nodiscard]] const std::string& name() const noexcept;
  [[nodiscard]] const application_options& options() const noexcept;
  [[nodiscard]] shared_state& state() noexcept;
  /// Who stands behind which path.
  [[nodiscard]] registry& actors() noexcept;
  [[nodiscard]] const std::shared_ptr<registry>& shared_actors() const noexcept;
  [[nodiscard]] stable_ref ref(std::string_view path) { return actors().ref(path); }
  [[nodiscard]] const std::shared_ptr<const lifespan_status>& status() const noexcept;

  // -- running ----------------------------------------------------------------

  /// Runs until it is stopped and returns the exit code (see exit_code.hpp). Blocking. SIGTERM and SIGINT
  /// stop it in order, a second one forces the end of the process. When something cannot be stopped in its
  /// time the report is printed and the process ends at once with code 4: threads that hang cannot be joined.
  /// @pre called once, and before the program has started threads that should not take the two signals.
  [[nodiscard]] int run();

  /// Asks the running application to stop. Not blocking; the first reason is kept. Before `run` it makes the
  /// start end as interrupted.
  void request_stop(stop_reason reason);

private:
  template <class F>
  static std::function<result<void>()> wrap(F f) {
    if constexpr (std::convertible_to<std::invoke_result_t<F&>, result<void>>) {
      return [f = std::move(f)]() mutable -> result<void> { return f(); };
    } else {
      return [f = std::move(f)]() mutable -> result<void> {
        f();
        return {};
      };
    }
  }

  struct parts;
  std::unique_ptr<parts> parts_;
};

/// The same as `app.run()`, to end a `main` with.
[[nodiscard]] int run(application& app);

} // namespace troupe
