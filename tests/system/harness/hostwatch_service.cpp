// A running hostwatch with a port and an admin socket of its own.
// SPDX-License-Identifier: BSD-3-Clause

#include "tests/system/harness/hostwatch_service.hpp"

#include <array>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <utility>

namespace harness {

namespace {

std::string make_folder() {
  std::string name = (std::filesystem::temp_directory_path() / "hostwatch.XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr)
    throw std::runtime_error{"mkdtemp " + name};
  return name;
}

} // namespace

hostwatch_service::hostwatch_service(std::vector<std::string> more_arguments)
  : folder_(make_folder()), admin_(folder_ + "/admin.sock") {
  std::vector<std::string> arguments{"--port", "0", "--admin", admin_};
  arguments.insert(arguments.end(), more_arguments.begin(), more_arguments.end());
  process_.emplace("hostwatch", std::move(arguments));
  const std::string before = "hostwatch is ready: http://127.0.0.1:";
  const auto line = process_->wait_for_line(before);
  if (line)
    std::from_chars(line->data() + before.size(), line->data() + line->size(), port_);
  if (port_ == 0)
    throw std::runtime_error{"hostwatch did not get ready\n" + process_->story()};
}

hostwatch_service::~hostwatch_service() {
  process_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

int hostwatch_service::fault(const std::string& child, const std::string& kind) const {
  const auto got = post("/faults/" + child, "{\"kind\": \"" + kind + "\"}");
  return got ? got->status : 0;
}

std::string hostwatch_service::tool(std::vector<std::string> arguments) const {
  arguments.insert(arguments.end(), {"--socket", admin_});
  process tool{"troupe", std::move(arguments)};
  const auto end = tool.wait_for_end();
  if (!end || end->code != 0)
    throw std::runtime_error{"troupe failed\n" + tool.story()};
  return tool.out();
}

std::string sample_body(const std::string& host, std::int64_t time_ms, double load,
                        std::int64_t counters) {
  const auto c = std::to_string(counters);
  return "{\"host\":\"" + host + "\",\"time_ms\":" + std::to_string(time_ms)
         + ",\"cpu\":{\"busy_ms\":" + c + ",\"total_ms\":" + std::to_string(4 * counters)
         + "},\"memory\":{\"total_bytes\":1000,\"available_bytes\":250},\"load\":{\"one\":"
         + std::to_string(load) + ",\"five\":0,\"fifteen\":0},\"network\":{\"received_bytes\":" + c
         + ",\"sent_bytes\":" + c + "}}";
}

} // namespace harness
