// The command line: what is understood, and what is said about the rest.
// SPDX-License-Identifier: BSD-3-Clause

#include "tools/troupe/command_line.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace {

using namespace troupe::tool;
using namespace std::chrono_literals;

using words = std::vector<std::string>;

invocation understood(words line) {
  const auto parsed = parse_command_line(std::move(line));
  const auto* asked = std::get_if<invocation>(&parsed);
  if (asked == nullptr)
    FAIL(std::get<explanation>(parsed).text);
  return *asked;
}

std::string refused(words line) {
  const auto parsed = parse_command_line(std::move(line));
  const auto* told = std::get_if<explanation>(&parsed);
  REQUIRE(told != nullptr);
  CHECK(told->status == exit_status::usage);
  CHECK(told->text.back() == '\n');
  return told->text;
}

std::string helped(words line) {
  const auto parsed = parse_command_line(std::move(line));
  const auto* told = std::get_if<explanation>(&parsed);
  REQUIRE(told != nullptr);
  CHECK(told->status == exit_status::done);
  return told->text;
}

bool mentions(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

const std::vector<std::string> verbs{"ls", "status", "ps", "tree", "events", "version"};

} // namespace

TEST_CASE("every verb is understood", "[command_line]") {
  CHECK(understood({"ls"}).verb == verb::ls);
  CHECK(understood({"status"}).verb == verb::status);
  CHECK(understood({"ps"}).verb == verb::ps);
  CHECK(understood({"tree"}).verb == verb::tree);
  CHECK(understood({"events"}).verb == verb::events);
  CHECK(understood({"version"}).verb == verb::version);
  CHECK(understood({"--version"}).verb == verb::version);
}

TEST_CASE("the target may stand before and after the verb", "[command_line]") {
  CHECK(understood({"--socket", "/x.sock", "ps"}).target.socket == "/x.sock");
  CHECK(understood({"ps", "--socket", "/x.sock"}).target.socket == "/x.sock");
  CHECK(understood({"ps", "--socket=/x.sock", "-s", "age"}).target.socket == "/x.sock");
  CHECK(understood({"--pid", "12", "tree"}).target.pid == 12);
  CHECK(understood({"tree", "/app", "--pid", "12"}).target.pid == 12);
  CHECK_FALSE(understood({"ps"}).target.socket.has_value());
  CHECK_FALSE(understood({"ps"}).target.pid.has_value());
}

TEST_CASE("forms of output are named by -o or --json", "[command_line]") {
  CHECK(understood({"ps"}).ps.form == output_form::text);
  CHECK(understood({"ps", "-o", "wide"}).ps.form == output_form::wide);
  CHECK(understood({"ps", "-o", "jsonl"}).ps.form == output_form::json_lines);
  CHECK(understood({"ps", "--output", "json"}).ps.form == output_form::json_document);
  for (const auto& each : verbs)
    CHECK(understood({each, "--json"}).form == output_form::json_document);
  CHECK(mentions(refused({"tree", "-o", "wide"}), "wide"));
  CHECK(mentions(refused({"ps", "-o", "csv"}), "csv"));
  refused({"ps", "-o", "wide", "--json"});
}

TEST_CASE("the flags of ps, tree and events", "[command_line]") {
  const auto asked = understood({"ps", "-f", "state=idle", "-f", "q=x", "-s", "mailbox"});
  CHECK(asked.ps.filters == words{"state=idle", "q=x"});
  CHECK(asked.ps.sort == "mailbox");
  CHECK(understood({"tree", "/app/http"}).tree.root == "/app/http");
  CHECK(understood({"events", "--since", "120"}).since == 120);
}

TEST_CASE("a wait is in seconds, and fractions of one", "[command_line]") {
  CHECK(understood({"ps"}).timeout == 5s);
  CHECK(understood({"ps", "--timeout", "0.25"}).timeout == 250ms);
  refused({"ps", "--timeout", "0"});
  refused({"ps", "--timeout", "-1"});
  refused({"ps", "--timeout", "soon"});
}

TEST_CASE("what is wrong is said in a line, with a way to help", "[command_line]") {
  CHECK(mentions(refused({"ps", "--nonsense"}), "--nonsense"));
  CHECK(mentions(refused({"ps", "--nonsense"}), "try: troupe ps --help"));
  CHECK(mentions(refused({"ps", "superfluous"}), "superfluous"));
  CHECK(mentions(refused({"ps", "-f", "state=idle", "superfluous"}), "superfluous"));
  refused({"--pid", "0", "ps"});
  refused({"--pid", "x", "ps"});
  refused({"--pid", "1", "--socket", "/x", "ps"});
  refused({"ps", "-f"});
  refused({"events", "--since", "-1"});
  refused({"events", "--since", "yesterday"});
}

TEST_CASE("a mistyped verb is not guessed but suggested", "[command_line]") {
  CHECK(refused({"statsu"})
        == "troupe: there is no verb \"statsu\"; did you mean \"status\"?\ntry: troupe --help\n");
  CHECK(refused({"--socket", "/x", "tre"}).find("did you mean \"tree\"?") != std::string::npos);
  CHECK(refused({"frobnicate"}) == "troupe: there is no verb \"frobnicate\"\ntry: troupe --help\n");
  CHECK(mentions(refused({"\x1b[2J"}), "\\x1b[2J"));
}

TEST_CASE("verbs are not abbreviated", "[command_line]") {
  refused({"p"});
  refused({"stat"});
}

TEST_CASE("nothing at all shows what there is, as an error", "[command_line]") {
  CHECK(mentions(refused({}), "status"));
}

TEST_CASE("help is there for the whole and for every verb, with examples", "[command_line]") {
  for (const auto* flag : {"-h", "--help"}) {
    const auto whole = helped({flag});
    CHECK(mentions(whole, "Examples:"));
    for (const auto& each : verbs) {
      CHECK(mentions(whole, each));
      const auto own = helped({each, flag});
      CHECK(mentions(own, "Usage: troupe " + each));
      CHECK(mentions(own, "Examples:"));
    }
  }
}
