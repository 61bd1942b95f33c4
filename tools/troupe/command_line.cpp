// Declares verbs and flags to CLI11.
// SPDX-License-Identifier: BSD-3-Clause

#include "tools/troupe/command_line.hpp"

#include "tools/troupe/text.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <string_view>

namespace troupe::tool {

namespace {

struct verb_text {
  tool::verb verb;
  const char* name;
  const char* summary;
  const char* examples;
  std::vector<std::string> forms; ///< What `-o` takes beside `json`.
};

const std::vector<verb_text>& all_verbs() {
  static const std::vector<verb_text> verbs{
    {verb::ls, "ls", "the applications that run", "troupe ls\n  troupe ls --json", {"text"}},
    {verb::status,
     "status",
     "one screen about an application",
     "troupe status\n  troupe status --pid 4711",
     {"text"}},
    {verb::ps,
     "ps",
     "the table of actors",
     "troupe ps\n  troupe ps -f state=running,ready -s mailbox\n  troupe ps -f type=store -o wide\n"
     "  troupe ps -f restarts=0 --json",
     {"text", "wide", "jsonl"}},
    {verb::tree,
     "tree",
     "the actors below their supervisors",
     "troupe tree\n  troupe tree /app/http\n  troupe tree -o json",
     {"text"}},
    {verb::events,
     "events",
     "what happened last",
     "troupe events\n  troupe events --since 120 -o jsonl",
     {"text", "jsonl"}},
    {verb::version, "version", "what this program was built from", "troupe version", {"text"}},
  };
  return verbs;
}

output_form form_named(const std::string& name) {
  if (name == "wide")
    return output_form::wide;
  if (name == "json")
    return output_form::json_document;
  return name == "jsonl" ? output_form::json_lines : output_form::text;
}

/// The parser with everything it writes to.
class parser {
public:
  parser() {
    app_.description(
      "Shows what runs inside Troupe applications.\n\nExamples:\n"
      "  troupe status\n  troupe tree\n  troupe ps -s mailbox\n  troupe --pid 4711 events");
    app_.set_help_flag("-h,--help", "This text");
    app_.fallthrough();
    app_.require_subcommand(0, 1);
    auto* socket = app_.add_option("--socket", socket_, "Path of the application's admin socket")
                     ->type_name("PATH");
    app_.add_option("--pid", pid_, "Number of the application's process (see troupe ls)")
      ->type_name("N")
      ->check(CLI::Range(1, 1 << 30))
      ->excludes(socket);
    app_.add_option("--timeout", timeout_, "Longest wait for an answer, in seconds")
      ->type_name("S")
      ->check(CLI::Range(0.001, 3600.0))
      ->capture_default_str();
    app_.add_flag("--no-color", out_.no_color,
                  "No colours; also by NO_COLOR, TERM=dumb and off a terminal");
    app_.add_flag("--version", version_, "The same as the verb version");
    app_.footer("Without --socket and --pid: TROUPE_TARGET (a path or a process number), else the "
                "only one that runs.");
    for (const auto& each : all_verbs())
      add(each);
  }

  std::variant<invocation, explanation> parse(std::vector<std::string> words) {
    std::reverse(words.begin(), words.end()); // as CLI11 wants them
    try {
      app_.parse(words);
    } catch (const CLI::CallForHelp&) {
      return explanation{exit_status::done, help()};
    } catch (const CLI::ParseError& wrong) {
      return explanation{exit_status::usage, complaint(wrong)};
    }
    const auto* chosen = chosen_verb();
    if (chosen == nullptr && !version_)
      return explanation{exit_status::usage, app_.help()};
    out_.verb = chosen != nullptr && !version_ ? chosen->verb : verb::version;
    if (app_.count("--socket") > 0)
      out_.target.socket = socket_;
    if (app_.count("--pid") > 0)
      out_.target.pid = pid_;
    out_.timeout = std::chrono::milliseconds{static_cast<std::int64_t>(timeout_ * 1'000)};
    out_.form = json_ ? output_form::json_document : form_named(form_);
    out_.ps.form = out_.tree.form = out_.form;
    return out_;
  }

private:
  void add(const verb_text& each) {
    auto* sub = app_.add_subcommand(each.name, each.summary);
    sub->footer(std::string{"Examples:\n  "} + each.examples);
    auto forms = each.forms;
    forms.insert(forms.begin() + 1, "json");
    auto* form
      = sub->add_option("-o,--output", form_, "Form of the output")->check(CLI::IsMember(forms));
    sub->add_flag("--json", json_, "The same as -o json")->excludes(form);
    if (each.verb == verb::ps) {
      sub
        ->add_option("-f,--filter", out_.ps.filters,
                     "COLUMN=VALUE: only such actors; VALUE may be a list with commas, q=TEXT "
                     "looks in path and type, "
                     "several -f all have to hold")
        ->type_name("K=V")
        ->allow_extra_args(false);
      sub->add_option("-s,--sort", out_.ps.sort, "Column to sort by; numbers from the largest")
        ->type_name("COLUMN")
        ->capture_default_str();
    } else if (each.verb == verb::tree) {
      sub->add_option("PATH", out_.tree.root, "Only this actor and those below it");
    } else if (each.verb == verb::events) {
      sub->add_option("--since", out_.since, "Only events after this number")
        ->type_name("N")
        ->check(CLI::NonNegativeNumber);
    }
  }

  [[nodiscard]] const CLI::App* chosen_app() const {
    const auto chosen = app_.get_subcommands();
    return chosen.empty() ? nullptr : chosen.front();
  }

  [[nodiscard]] const verb_text* chosen_verb() const {
    const auto* chosen = chosen_app();
    if (chosen == nullptr)
      return nullptr;
    const auto& verbs = all_verbs();
    return &*std::find_if(verbs.begin(), verbs.end(),
                          [&](const auto& v) { return v.name == chosen->get_name(); });
  }

  [[nodiscard]] std::string help() const {
    const auto* chosen = chosen_app();
    return chosen != nullptr ? chosen->help("troupe") : app_.help();
  }

  /// One line that says what is wrong, and one that says where help is.
  [[nodiscard]] std::string complaint(const CLI::ParseError& wrong) const {
    const auto* chosen = chosen_app();
    if (chosen == nullptr) {
      for (const auto& word : app_.remaining()) {
        if (!word.starts_with('-'))
          return no_such_verb(word);
      }
    }
    const auto place = chosen != nullptr ? "troupe " + chosen->get_name() : std::string{"troupe"};
    return place + ": " + printable(wrong.what()) + "\ntry: " + place + " --help\n";
  }

  static std::string no_such_verb(const std::string& word) {
    std::vector<std::string_view> names;
    for (const auto& each : all_verbs())
      names.emplace_back(each.name);
    const auto near = nearest(word, names);
    return "troupe: there is no verb \"" + printable(word) + '"'
           + (near.empty() ? "" : "; did you mean \"" + std::string{near} + "\"?")
           + "\ntry: troupe --help\n";
  }

  CLI::App app_{"", "troupe"};
  invocation out_;
  std::string socket_;
  pid_t pid_ = 0;
  double timeout_ = 5;
  std::string form_ = "text";
  bool json_ = false;
  bool version_ = false;
};

} // namespace

std::variant<invocation, explanation> parse_command_line(std::vector<std::string> words) {
  return parser{}.parse(std::move(words));
}

} // namespace troupe::tool
