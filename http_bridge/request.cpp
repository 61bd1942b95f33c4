// One HTTP request: reading from its shared block.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/request.hpp"

#include "http_bridge/protocol/percent.hpp"
#include "http_bridge/protocol/request_block.hpp"

namespace troupe::http {

namespace {

using protocol::request_block;

void retain(request_block* block) noexcept {
  if (block != nullptr)
    block->references.fetch_add(1, std::memory_order_relaxed);
}

void release(request_block* block) noexcept {
  if (block == nullptr)
    return;
  // Nobody else can add to a count of one, so the last owner is spared the locked instruction.
  if (block->references.load(std::memory_order_acquire) == 1
      || block->references.fetch_sub(1, std::memory_order_acq_rel) == 1)
    request_block::destroy(block);
}

// Calls `visit(name, value)`, still encoded, for each argument until it returns false.
template <class Visitor>
void for_each_argument(std::string_view query, Visitor&& visit) {
  while (!query.empty()) {
    const auto end = query.find('&');
    const auto argument = query.substr(0, end);
    query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
    if (argument.empty())
      continue;
    const auto equals = argument.find('=');
    const auto value = equals == std::string_view::npos ? std::string_view{}
                                                        : argument.substr(equals + 1);
    if (!visit(argument.substr(0, equals), value))
      return;
  }
}

bool is_encoded(std::string_view text) noexcept {
  return text.find_first_of("%+") != std::string_view::npos;
}

} // namespace

request::request(const request& other) noexcept : block_(other.block_) {
  retain(block_);
}

request& request::operator=(const request& other) noexcept {
  request copy{other};
  std::swap(block_, copy.block_);
  return *this;
}

request& request::operator=(request&& other) noexcept {
  if (this != &other)
    release(std::exchange(block_, std::exchange(other.block_, nullptr)));
  return *this;
}

request::~request() {
  release(block_);
}

const request_block& request::data() const noexcept {
  return block_ != nullptr ? *block_ : request_block::empty();
}

http::method request::method() const noexcept {
  return data().m;
}

std::string_view request::method_text() const noexcept {
  return data().method_text;
}

std::string_view request::target() const noexcept {
  return data().target;
}

std::string_view request::raw_path() const noexcept {
  return data().raw_path;
}

std::string_view request::path() const noexcept {
  return data().path;
}

std::string_view request::raw_query() const noexcept {
  return data().query;
}

std::optional<std::string> request::query(std::string_view name) const {
  std::optional<std::string> found;
  for_each_argument(data().query, [&](std::string_view key, std::string_view value) {
    if (is_encoded(key) ? protocol::decode_query_text(key) != name : key != name)
      return true;
    found = protocol::decode_query_text(value);
    return false;
  });
  return found;
}

std::vector<std::pair<std::string, std::string>> request::queries() const {
  std::vector<std::pair<std::string, std::string>> all;
  for_each_argument(data().query, [&](std::string_view key, std::string_view value) {
    all.emplace_back(protocol::decode_query_text(key), protocol::decode_query_text(value));
    return true;
  });
  return all;
}

int request::minor_version() const noexcept {
  return data().minor_version;
}

std::string_view request::authority() const noexcept {
  return data().authority;
}

std::optional<std::string_view> request::header(std::string_view name) const noexcept {
  for (const auto& field : data().headers) {
    if (equal_ignoring_case(field.name, name))
      return field.value;
  }
  return std::nullopt;
}

std::span<const header_view> request::headers() const noexcept {
  return data().headers;
}

bool request::keep_alive() const noexcept {
  return data().keep_alive;
}

std::string_view request::body() const noexcept {
  return data().body;
}

std::string_view request::param(std::string_view name) const noexcept {
  for (const auto& param : data().params) {
    if (param.name == name)
      return param.value;
  }
  return {};
}

std::span<const route_param> request::params() const noexcept {
  return data().params;
}

std::string_view request::id() const noexcept {
  return data().id;
}

steady_time request::deadline() const noexcept {
  return data().deadline;
}

} // namespace troupe::http
