// A program of this tree, run as its own process.
// SPDX-License-Identifier: BSD-3-Clause

#include "tests/system/harness/process.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace harness {

namespace {

std::string path_of(const std::string& program) {
  const char* folder = std::getenv("TROUPE_BIN_DIR");
  if (folder == nullptr)
    throw std::runtime_error{
      "TROUPE_BIN_DIR is not set: start the tests with ctest, or set it to build/.../bin"};
  return std::string{folder} + "/" + program;
}

void check(int failure, const char* what) {
  if (failure != 0)
    throw std::system_error{failure, std::system_category(), what};
}

} // namespace

process::process(const std::string& program, std::vector<std::string> arguments) {
  const auto path = path_of(program);
  std::array<std::array<int, 2>, 2> pipes{};
  posix_spawn_file_actions_t actions;
  check(posix_spawn_file_actions_init(&actions), "posix_spawn_file_actions_init");
  for (std::size_t i = 0; i < pipes.size(); ++i) {
    check(pipe2(pipes[i].data(), O_CLOEXEC) == 0 ? 0 : errno, "pipe2");
    check(
      posix_spawn_file_actions_adddup2(&actions, pipes[i][1], static_cast<int>(i) + STDOUT_FILENO),
      "adddup2");
  }
  std::vector<char*> argv{const_cast<char*>(path.c_str())};
  for (auto& argument : arguments)
    argv.push_back(argument.data());
  argv.push_back(nullptr);
  const auto failure = posix_spawn(&pid_, path.c_str(), &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  for (std::size_t i = 0; i < pipes.size(); ++i) {
    ::close(pipes[i][1]);
    streams_[i].descriptor = pipes[i][0];
  }
  if (failure != 0)
    for (const auto& s : streams_)
      ::close(s.descriptor);
  check(failure, path.c_str());
  reader_ = std::thread{[this] { read_output(); }};
  waiter_ = std::thread{[this] {
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    const std::scoped_lock lock{mutex_};
    ending_ = ending{WIFEXITED(status) ? WEXITSTATUS(status) : -1,
                     WIFSIGNALED(status) ? WTERMSIG(status) : 0, std::chrono::steady_clock::now()};
    changed_.notify_all();
  }};
}

process::~process() {
  {
    const std::scoped_lock lock{mutex_};
    if (!ending_)
      kill(pid_, SIGKILL);
  }
  waiter_.join();
  reader_.join();
  for (const auto& s : streams_)
    ::close(s.descriptor);
}

void process::read_output() {
  std::array<pollfd, 2> watched{
    {{streams_[0].descriptor, POLLIN, 0}, {streams_[1].descriptor, POLLIN, 0}}};
  std::array<char, 4096> buffer;
  while (watched[0].fd >= 0 || watched[1].fd >= 0) {
    if (poll(watched.data(), watched.size(), -1) < 0)
      continue;
    for (std::size_t i = 0; i < watched.size(); ++i) {
      if (watched[i].fd < 0 || watched[i].revents == 0)
        continue;
      const auto got = ::read(watched[i].fd, buffer.data(), buffer.size());
      const std::scoped_lock lock{mutex_};
      if (got > 0)
        streams_[i].text.append(buffer.data(), static_cast<std::size_t>(got));
      else
        watched[i].fd = -1; // poll leaves it out
      changed_.notify_all();
    }
  }
  const std::scoped_lock lock{mutex_};
  closed_ = true;
  changed_.notify_all();
}

std::optional<std::string> process::find_line(const std::string& text) const {
  for (const auto& s : streams_) {
    const auto found = s.text.find(text);
    if (found == std::string::npos)
      continue;
    const auto begin = s.text.rfind('\n', found);
    const auto end = s.text.find('\n', found);
    if (end == std::string::npos && !closed_)
      continue; // the rest of it is on its way
    const auto first = begin == std::string::npos ? 0 : begin + 1;
    return s.text.substr(first, end == std::string::npos ? end : end - first);
  }
  return std::nullopt;
}

std::optional<std::string> process::wait_for_line(const std::string& text,
                                                  std::chrono::milliseconds limit) const {
  std::unique_lock lock{mutex_};
  std::optional<std::string> found;
  changed_.wait_for(lock, limit, [&] { return (found = find_line(text)).has_value() || closed_; });
  return found;
}

bool process::has_line(const std::string& text) const {
  const std::scoped_lock lock{mutex_};
  return find_line(text).has_value();
}

void process::send_signal(int number) const {
  const std::scoped_lock lock{mutex_};
  if (!ending_)
    kill(pid_, number);
}

std::optional<ending> process::wait_for_end(std::chrono::milliseconds limit) {
  std::unique_lock lock{mutex_};
  if (!changed_.wait_for(lock, limit, [&] { return ending_.has_value() && closed_; }))
    return std::nullopt;
  return ending_;
}

std::string process::out() const {
  const std::scoped_lock lock{mutex_};
  return streams_[0].text;
}

std::string process::err() const {
  const std::scoped_lock lock{mutex_};
  return streams_[1].text;
}

std::string process::story() const {
  return "stdout:\n" + out() + "stderr:\n" + err();
}

} // namespace harness
