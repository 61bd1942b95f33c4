// An application from composition to exit code, in this process, on real threads.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/supervision/make_child.hpp"
#include "runtime/application/application.hpp"
#include "runtime/application/exit_code.hpp"
#include "runtime/testkit/recording_sink.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

using namespace troupe;
using testkit::recording_sink;

namespace {

/// What the parts of an application did, in order.
class story {
public:
  void tell(std::string line) {
    const std::scoped_lock lock{mutex_};
    lines_.push_back(std::move(line));
  }
  [[nodiscard]] std::vector<std::string> lines() const {
    const std::scoped_lock lock{mutex_};
    return lines_;
  }

private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

struct narrator {
  static constexpr std::string_view type_name = "narrator";
  narrator(supervised_actor* self, std::shared_ptr<story> book, bool fail)
    : self_(self), book_(std::move(book)) {
    if (fail)
      throw std::runtime_error{"no voice"};
    book_->tell("start " + self_->path());
  }
  caf::behavior make_behavior() {
    return {[](int n) { return n; }};
  }
  void on_stop(const stop_request& request) {
    book_->tell("stop " + self_->path() + " (" + request.reason.text + ")");
    self_->quit(caf::exit_reason::user_shutdown);
  }

private:
  supervised_actor* self_;
  std::shared_ptr<story> book_;
};

/// Stops the application as soon as it is ready.
class stop_when_ready final : public lifespan_event_sink {
public:
  explicit stop_when_ready(application& app) : app_(app) {}
  void publish(const lifespan_occurrence& event) noexcept override {
    const auto* entered = std::get_if<lifespan_state_entered>(&event);
    if (entered != nullptr && entered->state == lifespan_state::ready)
      app_.request_stop({stop_reason::kind_type::requested, "test"});
  }

private:
  application& app_;
};

/// Fails right after it is up, each time.
struct lemming {
  static constexpr std::string_view type_name = "lemming";
  explicit lemming(supervised_actor* self) {
    self->run_after(std::chrono::nanoseconds{0}, [] { throw std::runtime_error{"again"}; });
  }
  caf::behavior make_behavior() {
    return {[](int n) { return n; }};
  }
};

child_spec narrate(std::string id, const std::shared_ptr<story>& book, bool fail = false) {
  return make_child<narrator>(std::move(id), book, fail);
}

} // namespace

TEST_CASE("a wrong child ends the run with 2 before anything has started", "[application]") {
  const auto book = std::make_shared<story>();
  application app{"wrong"};
  app.on_startup("first", [&] { book->tell("startup"); });
  app.add(narrate("a", book)).add(narrate("a", book));
  CHECK(run(app) == exit_code::usage);
  CHECK(book->lines().empty());
}

TEST_CASE("wrong options end the run with 2", "[application]") {
  application_options options;
  options.lifespan.drain_time = std::chrono::milliseconds{-1};
  application app{"wrong", options};
  CHECK(run(app) == exit_code::usage);
}

TEST_CASE("a child that cannot start undoes the start in reverse order and exits 3",
          "[application]") {
  const auto book = std::make_shared<story>();
  application app{"rollback"};
  app.hook(
    "db",
    [&]() -> result<void> {
      book->tell("db up");
      return {};
    },
    [&]() -> result<void> {
      book->tell("db down");
      return {};
    });
  app.add(narrate("a", book)).add(narrate("b", book, true)).add(narrate("c", book));
  CHECK(run(app) == exit_code::start_failed);
  const auto lines = book->lines();
  REQUIRE(lines.size() == 4);
  CHECK(lines[0] == "db up");
  CHECK(lines[1] == "start /app/a");
  CHECK_THAT(lines[2], Catch::StartsWith("stop /app/a"));
  CHECK(lines[3] == "db down");
}

TEST_CASE("handlers, children and their reverse frame a clean run, which exits 0",
          "[application]") {
  const auto book = std::make_shared<story>();
  application app{"clean"};
  app.observe(std::make_shared<stop_when_ready>(app));
  app.on_startup("one", [&] { book->tell("startup one"); });
  app.on_startup("two", [&] {
    book->tell("startup two");
    return app.state().emplace<int>(42);
  });
  app.on_shutdown("one", [&] { book->tell("shutdown one"); });
  app.on_shutdown("two", [&] { book->tell("shutdown two"); });
  app.add(narrate("a", book)).add(narrate("b", book));
  CHECK(run(app) == exit_code::clean);
  CHECK(book->lines()
        == std::vector<std::string>{"startup one", "startup two", "start /app/a", "start /app/b",
                                    "stop /app/b (test)", "stop /app/a (test)", "shutdown two",
                                    "shutdown one"});
  CHECK(*app.state().find<int>() == 42);
  CHECK(app.ref("/app/a").resolve() == nullptr);
  CHECK(app.status()->state() == lifespan_state::stopped);
}

TEST_CASE("on_ready is not called when the start fails, and once when it does not",
          "[application]") {
  int called = 0;
  application failing{"failing"};
  failing.add(make_child<narrator>("mute", std::make_shared<story>(), true));
  failing.on_ready([&] { ++called; });
  CHECK(run(failing) == exit_code::start_failed);
  CHECK(called == 0);
  application app{"clean"};
  app.on_ready([&] {
    ++called;
    app.request_stop({stop_reason::kind_type::requested, "test"});
  });
  CHECK(run(app) == exit_code::clean);
  CHECK(called == 1);
}

TEST_CASE("state put after the start is refused", "[application]") {
  application app{"late"};
  app.observe(std::make_shared<stop_when_ready>(app));
  CHECK(run(app) == exit_code::clean);
  CHECK(app.state().emplace<int>(1).error().code == errc::not_running);
}

TEST_CASE("a stop asked for before the run interrupts the start, which exits 3", "[application]") {
  const auto book = std::make_shared<story>();
  application app{"early"};
  app.add(narrate("a", book));
  app.request_stop({stop_reason::kind_type::requested, "changed my mind"});
  CHECK(run(app) == exit_code::start_failed);
  CHECK(app.status()->state() == lifespan_state::stopped);
}

TEST_CASE("a shutdown handler that throws does not keep the others from running, and exits 4",
          "[application]") {
  const auto book = std::make_shared<story>();
  application app{"stubborn"};
  app.observe(std::make_shared<stop_when_ready>(app));
  app.on_shutdown("last", [&] { book->tell("last"); });
  app.on_shutdown("first", [] { throw 42; });
  CHECK(run(app) == exit_code::stop_failed);
  CHECK(book->lines() == std::vector<std::string>{"last"});
}

TEST_CASE("a supervisor that spends its budget ends the run in order with 1", "[application]") {
  const auto book = std::make_shared<story>();
  const auto seen = std::make_shared<recording_sink>();
  application app{"storm"};
  app.observe(std::static_pointer_cast<supervisor_event_sink>(seen));
  app.on_shutdown("db", [&] { book->tell("db down"); });
  app.add(narrate("a", book)).add(make_child<lemming>("lemming"));
  CHECK(run(app) == exit_code::task_failed);
  CHECK(book->lines().back() == "db down");
  CHECK(seen->count("gave up /app (escalated)") == 1);
  CHECK(seen->count("restarting /app/lemming in place") == 3);
  seen->clear();
}
