// The verbs of `troupe`: each asks, and returns what is to be printed.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/result.hpp"
#include "runtime/inspection/admin_socket.hpp"
#include "tools/troupe/admin_api.hpp"
#include "tools/troupe/table.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::tool {

/// How a verb shows what it found; each verb takes some of them.
enum class output_form : unsigned char { text, wide, json_document, json_lines };

/// What a verb has to say.
struct report {
  std::string out;                ///< For standard output.
  std::vector<std::string> notes; ///< For people, on standard error: what is missing in `out`.
};

struct ps_options {
  std::vector<std::string> filters; ///< `column=value[,value...]`, or `q=text`.
  std::string sort = "path";
  output_form form = output_form::text;
};

/// The table of actors.
/// @returns `errc::invalid_argument` for a column that does not exist, and what the API reports.
[[nodiscard]] result<report> ps(const admin_api& api, const ps_options& options,
                                const terminal_style& style);

struct tree_options {
  std::string root; ///< Path of an actor; empty: everything.
  output_form form = output_form::text;
};

/// The actors below their supervisors. @returns `errc::not_found` when there is no actor `root`.
[[nodiscard]] result<report> tree(const admin_api& api, const tree_options& options,
                                  const terminal_style& style);

/// One screen about an application.
[[nodiscard]] result<report> status(const admin_api& api, std::string_view socket, output_form form,
                                    const terminal_style& style);

/// What happened after event `since`.
[[nodiscard]] result<report> events(const admin_api& api, std::uint64_t since, output_form form,
                                    const terminal_style& style);

/// The applications that run. One that does not answer is listed without its figures.
/// @param ask gives the API behind a socket.
[[nodiscard]] result<report> ls(const std::vector<admin_socket>& running,
                                const std::function<admin_api(const std::string& socket)>& ask,
                                output_form form, const terminal_style& style);

/// What this program was built from.
[[nodiscard]] report version(output_form form);

} // namespace troupe::tool
