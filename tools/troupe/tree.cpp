// troupe tree: the actors below their supervisors.
// SPDX-License-Identifier: BSD-3-Clause

#include "tools/troupe/columns.hpp"
#include "tools/troupe/verbs.hpp"

#include <array>
#include <string>
#include <string_view>

namespace troupe::tool {

namespace {

/// What stands before the paths, for the children of one actor and for what is below them.
struct branches {
  std::string_view child;
  std::string_view last_child;
  std::string_view below_child;
  std::string_view below_last;
};

constexpr branches lines{"├─ ", "└─ ", "│  ", "   "};
constexpr branches ascii{"|- ", "`- ", "|  ", "   "};

constexpr std::array<std::string_view, 7> shown{"path",    "type",     "state",   "incarnation",
                                                "mailbox", "messages", "restarts"};

/// Collects the rows of a tree, parents before children.
class tree_table {
public:
  explicit tree_table(const branches& look) : look_(look) {
    for (const auto name : shown)
      out_.headings.push_back(heading_of(*find_column(name)));
  }

  /// Adds an actor and all below it.
  /// @param branch stands before its path, `below` before those of its children.
  result<void> add(const json& node, const std::string& branch, const std::string& below) {
    const auto actor = decode_actor(node);
    if (!actor)
      return actor.error();
    auto& row = out_.rows.emplace_back();
    for (const auto name : shown)
      row.push_back(cell_of(*find_column(name), *actor));
    row.front().text.insert(0, branch);
    const auto& children = member(node, {"children"});
    for (std::size_t i = 0; i < children.size(); ++i) {
      const bool last = i + 1 == children.size();
      auto added = add(children[i], below + std::string{last ? look_.last_child : look_.child},
                       below + std::string{last ? look_.below_last : look_.below_child});
      if (!added)
        return added;
    }
    return {};
  }

  [[nodiscard]] const table& rows() const { return out_; }

private:
  const branches& look_;
  table out_;
};

/// As the API writes paths: with a slash in front and none behind; empty for the top.
std::string normal_path(std::string path) {
  while (path.ends_with('/'))
    path.pop_back();
  if (!path.empty() && !path.starts_with('/'))
    path.insert(path.begin(), '/');
  return path;
}

} // namespace

result<report> tree(const admin_api& api, const tree_options& options,
                    const terminal_style& style) {
  const auto document = api.tree(normal_path(options.root));
  if (!document)
    return document.error();
  if (options.form == output_form::json_document)
    return report{dump(*document, 2) + '\n', {}};
  tree_table rows{style.unicode ? lines : ascii};
  for (const auto& root : member(*document, {"items"})) {
    if (auto added = rows.add(root, {}, {}); !added)
      return added.error();
  }
  report out{render(rows.rows(), style), {}};
  if (const auto& unseen = member(*document, {"unobserved"});
      unseen.is_number_unsigned() && unseen != 0u)
    out.notes.push_back(dump(unseen) + " live CAF actors without Troupe's base have no figures");
  return out;
}

} // namespace troupe::tool
