// Specifies how the kernel's texts are read, real ones and broken ones.
// SPDX-License-Identifier: BSD-3-Clause

#include "examples/hostwatch/proc_reader.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include <string>

namespace {

using namespace hostwatch;
using namespace std::chrono_literals;

constexpr std::string_view stat_text = "cpu  66092 12 31054 434974 1251 3 4726 37 500 20\n"
                                       "cpu0 32394 0 13156 221144 202 0 2109 13 0 0\n"
                                       "intr 1234 5 6\nctxt 99\n";
constexpr std::string_view meminfo_text = "MemTotal:       24684084 kB\n"
                                          "MemFree:        24223660 kB\n"
                                          "MemAvailable:   24238940 kB\n"
                                          "Buffers:            2076 kB\n";
constexpr std::string_view net_text
  = "Inter-|   Receive                                                |  Transmit\n"
    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop "
    "fifo colls carrier "
    "compressed\n"
    "    lo: 5461090033 37584003    0    0    0     0          0         0 5461090033 37584003    "
    "0    0    0     0       "
    "0          0\n"
    "  eth0: 78580610    2893    0    0    0     0          0         0   197361    2585    0    0 "
    "   0     0       0    "
    "      0\n"
    "  eth1:1000 1 0 0 0 0 0 0 39 1 0 0 0 0 0 0\n";

} // namespace

TEST_CASE("processor time: guests are in user already, idle and iowait are not busy",
          "[proc_reader]") {
  const auto read = parse_stat(stat_text, 100);
  REQUIRE(read);
  CHECK(read->busy == (66'092 + 12 + 31'054 + 3 + 4'726 + 37) * 10ms);
  CHECK(read->total == read->busy + (434'974 + 1'251) * 10ms);
}

TEST_CASE("processor time follows the unit of the clock", "[proc_reader]") {
  CHECK(parse_stat("cpu 1000 0 0 0\n", 1'000).value().busy == 1s);
}

TEST_CASE("columns that an old kernel does not have count as zero", "[proc_reader]") {
  const auto read = parse_stat("cpu 10 0 10 80\n", 100);
  REQUIRE(read);
  CHECK(read->busy == 200ms);
  CHECK(read->total == 1s);
}

TEST_CASE("a broken /proc/stat is an error that names the file", "[proc_reader]") {
  for (const auto* text :
       {"", "\n", "cpu\n", "cpu 1 2 3\n", "cpu 1 2 x 4\n", "cpu0 1 2 3 4\n", "cpu 1 2 3 -4\n"}) {
    CAPTURE(text);
    const auto read = parse_stat(text, 100);
    REQUIRE_FALSE(read);
    CHECK(read.error().code == troupe::errc::io_error);
    CHECK_THAT(read.error().detail, Catch::StartsWith("/proc/stat: "));
  }
}

TEST_CASE("memory is in units of 1,024 bytes", "[proc_reader]") {
  const auto read = parse_meminfo(meminfo_text);
  REQUIRE(read);
  CHECK(read->total.count() == 24'684'084ULL * 1'024);
  CHECK(read->available.count() == 24'238'940ULL * 1'024);
}

TEST_CASE("available memory never exceeds the total", "[proc_reader]") {
  const auto read = parse_meminfo("MemTotal: 10 kB\nMemAvailable: 11 kB\n");
  REQUIRE(read);
  CHECK(read->available == read->total);
}

TEST_CASE("a /proc/meminfo without one of the figures is an error", "[proc_reader]") {
  CHECK(parse_meminfo("").error().detail == "/proc/meminfo: no MemTotal");
  CHECK(parse_meminfo("MemTotal: 5 kB\nMemFree: 5 kB\n").error().detail
        == "/proc/meminfo: no MemAvailable");
  CHECK(parse_meminfo("MemTotal: x kB\nMemAvailable: 5 kB\n").error().detail
        == "/proc/meminfo: no MemTotal");
}

TEST_CASE("the load is the first three numbers", "[proc_reader]") {
  CHECK(parse_loadavg("0.23 0.63 0.59 1/98 12506\n").value() == load_average{0.23, 0.63, 0.59});
}

TEST_CASE("a broken /proc/loadavg is an error", "[proc_reader]") {
  for (const auto* text :
       {"", "0.23", "0.23 0.63", "0.23 0.63 x", "nan 0 0", "inf 0 0", "-1 0 0"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_loadavg(text));
  }
}

TEST_CASE("network totals add up all interfaces but the loopback", "[proc_reader]") {
  const auto read = parse_net_dev(net_text);
  REQUIRE(read);
  CHECK(read->received.count() == 78'580'610 + 1'000);
  CHECK(read->sent.count() == 197'361 + 39);
}

TEST_CASE("a host without interfaces has sent nothing", "[proc_reader]") {
  CHECK(parse_net_dev("Inter-|\n face |\n").value() == network_totals{});
}

TEST_CASE("a broken /proc/net/dev is an error that names the interface", "[proc_reader]") {
  CHECK(parse_net_dev("").error().detail == "/proc/net/dev: no headings");
  CHECK(parse_net_dev("a\nb\nnothing\n").error().detail
        == "/proc/net/dev: a line without an interface");
  CHECK(parse_net_dev("a\nb\n eth0: 5 6\n").error().detail == "/proc/net/dev: no figures for eth0");
  CHECK(parse_net_dev("a\nb\n eth0: x 1 1 1 1 1 1 1 5\n").error().detail
        == "/proc/net/dev: no figures for eth0");
}

TEST_CASE("no text makes a parser throw or read beyond its end", "[proc_reader]") {
  rc::prop("any bytes", [](const std::string& text) {
    (void)parse_stat(text, 100);
    (void)parse_meminfo(text);
    (void)parse_loadavg(text);
    (void)parse_net_dev(text);
  });
  rc::prop("any beginning of a real text", [] {
    for (const auto text : {stat_text, meminfo_text, net_text}) {
      const auto cut = text.substr(0, *rc::gen::inRange<std::size_t>(0, text.size()));
      (void)parse_stat(cut, 100);
      (void)parse_meminfo(cut);
      (void)parse_net_dev(cut);
    }
  });
}
