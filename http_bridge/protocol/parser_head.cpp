// Reads the head of a request: request line and header fields (RFC 9112 3 and 5).
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/protocol/char_class.hpp"
#include "http_bridge/protocol/parser.hpp"
#include "http_bridge/protocol/target.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace troupe::http::protocol {

namespace {

// RFC 9112 3: a method longer than any that is implemented is answered with 501. The longest
// registered one (UPDATEREDIRECTREF) has 17 characters.
constexpr std::uint32_t longest_method = 32;

std::string_view why_bad_name(char c) noexcept {
  switch (c) {
    case ' ':
    case '\t':
      return "RFC 9112 5.1: white space before the colon of a field";
    case '\r':
    case '\n':
      return "RFC 9112 5: field line without a colon";
    default:
      return "RFC 9110 5.1: a field name holds a byte that is not allowed";
  }
}

std::string_view why_bad_value(char c) noexcept {
  return c == '\n' ? "RFC 9112 2.2: LF without CR"
                   : "RFC 9110 5.5: a field value holds a control character";
}

std::string_view why_bad_target(char c) noexcept {
  return c == '\r' || c == '\n' ? "RFC 9112 3: request line without a version"
                                : "RFC 9112 3.2: the target holds a byte that is not allowed";
}

} // namespace

// Each phase goes on where the input of the call before ended, so no byte is looked at twice (a CR
// whose LF has not arrived apart). Every decision depends on the bytes up to it and never on where
// the input ends: that is what makes the events the same for any split.
parse_step request_parser::read_head(std::string_view input) {
  const char* const begin = input.data();
  const char* const end = begin + std::min<std::size_t>(input.size(), head_limit_);
  const char* p = begin + position_;
  const auto offset = [begin](const char* at) { return static_cast<std::uint32_t>(at - begin); };
  for (;;) {
    switch (phase_) {
      case phase::method:
        // One byte more than the longest decides, so the end of the input must not decide earlier.
        p = skip_token(p, begin + std::min<std::size_t>(input.size(), longest_method + 1));
        if (offset(p) > longest_method)
          return fail(status::not_implemented, "RFC 9112 3: method too long");
        if (p == end)
          return out_of_input(input, p);
        if (*p != ' ' || p == begin)
          return fail(status::bad_request, "RFC 9112 3: bad method");
        method_text_ = {0, offset(p)};
        method_ = parse_method({begin, method_text_.size});
        if (method_ == method::connect)
          return fail(status::not_implemented, "RFC 9110 9.3.6: CONNECT is not offered");
        mark_ = offset(++p);
        phase_ = phase::target;
        [[fallthrough]];

      case phase::target:
        p = skip_target(p, begin + mark_
                             + std::min<std::ptrdiff_t>(end - begin - mark_, target_limit_));
        if (p == end)
          return out_of_input(input, p);
        if (*p != ' ') {
          if (offset(p) - mark_ == target_limit_)
            return fail(status::uri_too_long, "RFC 9112 3: target too long");
          return fail(status::bad_request, why_bad_target(*p));
        }
        target_ = {mark_, offset(p) - mark_};
        if (target_.size == 0)
          return fail(status::bad_request, "RFC 9112 3: request line without a target");
        ++p;
        phase_ = phase::version;
        [[fallthrough]];

      case phase::version:
        if (const char* const after = read_version(p, end))
          p = after;
        else if (phase_ == phase::failed)
          return {parse_event::failed, 0, {}};
        else
          return out_of_input(input, p);
        phase_ = phase::field_line;
        [[fallthrough]];

      case phase::field_line:
        if (p == end)
          return out_of_input(input, p);
        if (*p == '\r') {
          if (p + 1 == end)
            return out_of_input(input, p);
          if (p[1] != '\n')
            return fail(status::bad_request, "RFC 9112 2.2: CR without LF");
          return finish_head(input, p + 2);
        }
        if (*p == ' ' || *p == '\t') {
          return fail(status::bad_request, headers_.empty()
                                             ? "RFC 9112 2.2: white space before the first field"
                                             : "RFC 9112 5.2: folded field line");
        }
        if (headers_.size() == field_limit_)
          return fail(status::request_header_fields_too_large, "RFC 6585 5: too many fields");
        mark_ = offset(p);
        phase_ = phase::field_name;
        [[fallthrough]];

      case phase::field_name:
        p = skip_token(p, end);
        if (p == end)
          return out_of_input(input, p);
        name_ = {mark_, offset(p) - mark_};
        if (*p != ':')
          return fail(status::bad_request, why_bad_name(*p));
        if (name_.size == 0)
          return fail(status::bad_request, "RFC 9110 5.1: field without a name");
        ++p;
        phase_ = phase::field_gap;
        [[fallthrough]];

      case phase::field_gap:
        p = skip_space(p, end);
        if (p == end)
          return out_of_input(input, p);
        mark_ = offset(p);
        phase_ = phase::field_value;
        [[fallthrough]];

      default: { // field_value
        p = skip_value(p, end);
        if (p == end)
          return out_of_input(input, p);
        if (*p != '\r')
          return fail(status::bad_request, why_bad_value(*p));
        if (p + 1 == end)
          return out_of_input(input, p);
        if (p[1] != '\n')
          return fail(status::bad_request, "RFC 9112 2.2: CR without LF");
        const char* last = p;
        while (last != begin + mark_ && (last[-1] == ' ' || last[-1] == '\t'))
          --last;
        const std::string_view name{begin + name_.begin, name_.size};
        const std::string_view value{begin + mark_, offset(last) - mark_};
        const auto index = static_cast<std::uint32_t>(headers_.size());
        headers_.push_back({name, value});
        if (const auto refused = rules_.take(name, value, index, minor_version_))
          return fail(refused.code, refused.text);
        p += 2;
        phase_ = phase::field_line;
        break;
      }
    }
  }
}

// The input ends at `p`, or the head is longer than allowed.
parse_step request_parser::out_of_input(std::string_view input, const char* p) {
  const auto offset = [&input](const char* at) {
    return static_cast<std::uint32_t>(at - input.data());
  };
  if (input.size() < head_limit_) {
    position_ = offset(p);
    for (auto i = extents_.size(); i < headers_.size(); ++i) {
      const auto& [name, value] = headers_[i];
      extents_.push_back({{offset(name.data()), static_cast<std::uint32_t>(name.size())},
                          {offset(value.data()), static_cast<std::uint32_t>(value.size())}});
    }
    return {};
  }
  if (phase_ == phase::target)
    return fail(status::uri_too_long, "RFC 9112 3: target too long");
  return fail(status::request_header_fields_too_large, "RFC 6585 5: head too long");
}

// Returns the byte behind `HTTP/1.x` CR LF, or null when that has not arrived yet.
const char* request_parser::read_version(const char* p, const char* end) noexcept {
  constexpr std::string_view usual = "HTTP/1.1\r\n";
  const auto available = static_cast<std::size_t>(end - p);
  if (available >= usual.size() && std::memcmp(p, usual.data(), usual.size()) == 0) {
    minor_version_ = 1;
    return p + usual.size();
  }
  constexpr std::string_view form = "HTTP/d.d\r\n";
  for (std::size_t i = 0; i < std::min(available, form.size()); ++i) {
    if (form[i] == 'd' ? !is_digit(p[i]) : p[i] != form[i]) {
      fail(status::bad_request, "RFC 9112 2.3: bad version or end of the request line");
      return nullptr;
    }
  }
  if (available < form.size())
    return nullptr;
  if (p[5] != '1') {
    fail(status::http_version_not_supported, "RFC 9110 15.6.6: neither HTTP/1.1 nor HTTP/1.0");
    return nullptr;
  }
  // RFC 9110 2.5: a higher minor version is read as the highest that is known.
  minor_version_ = p[7] == '0' ? 0 : 1;
  return p + form.size();
}

parse_step request_parser::finish_head(std::string_view input, const char* p) {
  if (const auto refused = rules_.finish(minor_version_))
    return fail(refused.code, refused.text);
  const auto view = [&input](extent e) { return std::string_view{input.data() + e.begin, e.size}; };
  const auto target = view(target_);
  const auto parts = split_target(method_, target);
  if (!parts.problem.empty())
    return fail(status::bad_request, parts.problem);
  for (std::size_t i = 0; i < extents_.size(); ++i)
    headers_[i] = {view(extents_[i].name), view(extents_[i].value)};

  const auto value_of = [this](std::uint32_t field) {
    return field == field_rules::none ? std::string_view{} : headers_[field].value;
  };
  head_.m = method_;
  head_.method_text = view(method_text_);
  head_.target = target;
  head_.path = parts.path;
  head_.query = parts.query;
  head_.authority = parts.authority.empty() ? value_of(rules_.host()) : parts.authority;
  head_.encoded_path = parts.encoded;
  head_.minor_version = minor_version_;
  head_.headers = headers_;
  head_.content_length.reset();
  if (rules_.has_content_length())
    head_.content_length = rules_.content_length();
  head_.chunked = rules_.chunked();
  head_.keep_alive = rules_.keep_alive(minor_version_);
  head_.expect_continue = rules_.expect_continue() && head_.has_body();
  head_.upgrade = value_of(rules_.upgrade());
  phase_ = phase::head_done;
  return {parse_event::head, static_cast<std::size_t>(p - input.data()), {}};
}

} // namespace troupe::http::protocol
