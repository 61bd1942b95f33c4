# Specification of the HTTP bench's driver: what it reads, what it refuses, a whole run on small peers.
# SPDX-License-Identifier: BSD-3-Clause

import argparse
import contextlib
import importlib.machinery
import importlib.util
import io
import json
import os
import sys
import tempfile
import unittest
from unittest import mock

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
sys.dont_write_bytecode = True


def load_driver():
    """The driver is a program without the suffix .py, so it is imported by its path."""
    loader = importlib.machinery.SourceFileLoader("bench_http_run", os.path.join(ROOT, "bench", "http", "run"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module


driver = load_driver()

WRK_TEXT = """Running 4s test @ http://127.0.0.1:1/
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     0.76ms   93.47us   3.22ms   86.83%
    Req/Sec    84.07k     2.03k   87.60k    70.73%
  342768 requests in 4.10s, 47.73MB read
Requests/sec:  83615.72
Transfer/sec:     11.64MB
"""

# A server in a few lines, told what to answer and whether to close after it.
SERVER = """#!{python}
import socket, sys
port = int(sys.argv[sys.argv.index("--port") + 1])
answer = {answer!r}
listener = socket.create_server(("127.0.0.1", port))
while True:
    connection = listener.accept()[0]
    while connection.recv(4096):
        connection.sendall(answer)
        if {closes!r}:
            connection.close()
            break
"""

# A load generator that puts no load on anything and reports what it is told.
WRK = """#!{python}
import sys
sys.stdout.write({text!r})
"""

ANSWER = b"HTTP/1.1 200 OK\r\nDate: Sun, 23 Nov 2025 00:00:00 GMT\r\nContent-Length: 2\r\n\r\nok"


class WrkText(unittest.TestCase):
    def test_requests_and_rate_are_read(self):
        self.assertEqual(driver.read_wrk(WRK_TEXT), driver.Load(342768, 83615.72))

    def test_socket_errors_are_refused(self):
        text = WRK_TEXT + "  Socket errors: connect 0, read 3, write 0, timeout 0\n"
        with self.assertRaisesRegex(driver.BenchError, "read 3"):
            driver.read_wrk(text)

    def test_answers_that_are_not_2xx_are_refused(self):
        with self.assertRaisesRegex(driver.BenchError, "Non-2xx or 3xx responses: 7"):
            driver.read_wrk(WRK_TEXT + "  Non-2xx or 3xx responses: 7\n")

    def test_no_completed_request_is_refused(self):
        with self.assertRaisesRegex(driver.BenchError, "completed nothing"):
            driver.read_wrk("  0 requests in 4.00s, 0.00B read\nRequests/sec:      0.00\n")

    def test_text_of_a_failed_start_is_refused_and_shown(self):
        with self.assertRaisesRegex(driver.BenchError, "unable to connect"):
            driver.read_wrk("unable to connect to 127.0.0.1:1 Connection refused\n")


class Answers(unittest.TestCase):
    limit, beast = driver.PEERS[0], driver.PEERS[4]

    def test_only_the_texts_of_date_and_request_id_may_differ_from_the_recorded_answer(self):
        driver.check_answer(self.limit, ANSWER.replace(b"23 Nov", b"24 Nov"), ANSWER)
        with self.assertRaises(driver.BenchError):
            driver.check_answer(self.limit, ANSWER.replace(b"Date: Sun, ", b"Date: "), ANSWER)
        with self.assertRaises(driver.BenchError):
            driver.check_answer(self.limit, ANSWER.replace(b"Date", b"Fate"), ANSWER)
        named = ANSWER.replace(b"Date:", b"X-Request-Id: 17\r\nDate:")
        driver.check_answer(self.limit, named.replace(b"17", b"18"), named)
        with self.assertRaises(driver.BenchError):
            driver.check_answer(self.limit, named.replace(b"17", b"118"), named)

    def test_a_peer_may_send_other_headers_but_no_other_body(self):
        driver.check_answer(self.beast, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", ANSWER)
        with self.assertRaisesRegex(driver.BenchError, "beast: body b'OK'"):
            driver.check_answer(self.beast, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK", ANSWER)


class Remarks(unittest.TestCase):
    def remarks(self, disturbed, server_core=0, load_core=1):
        samples = {"limit": [driver.Sample(1.0, 2.0, 3.0, part) for part in disturbed]}
        settings = argparse.Namespace(server_core=server_core, load_core=load_core)
        return "\n".join(driver.remarks(settings, samples))

    def test_a_quiet_run_says_how_quiet(self):
        self.assertIn("median 1.0%, worst 2.0%", self.remarks([0.01, 0.0, 0.02]))
        self.assertNotIn("NOISY", self.remarks([0.01, 0.0, 0.02]))

    def test_one_disturbed_round_is_enough_to_call_the_run_noisy(self):
        self.assertIn("NOISY", self.remarks([0.0, 0.0, 0.06]))

    def test_one_core_is_said_in_so_many_words_and_the_generator_is_no_noise(self):
        text = self.remarks([0.6], server_core=1, load_core=1)
        self.assertIn("ONE CORE", text)
        self.assertNotIn("NOISY", text)


class WholeRun(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.build = os.path.join(folder.name, "build")
        self.tools = os.path.join(folder.name, "tools")
        self.out = os.path.join(folder.name, "out")
        os.makedirs(os.path.join(self.build, "bench"))
        os.makedirs(self.tools)
        cores = os.sched_getaffinity(0)  # the driver pins itself
        self.addCleanup(lambda: os.sched_setaffinity(0, cores))

    def program(self, path, source, **fields):
        with open(path, "w", encoding="utf-8") as out:
            out.write(source.format(python=sys.executable, **fields))
        os.chmod(path, 0o755)

    def server(self, name, answer=ANSWER, closes=False):
        self.program(os.path.join(self.build, "bench", name), SERVER, answer=answer, closes=closes)

    def wrk(self, text=WRK_TEXT):
        self.program(os.path.join(self.tools, "wrk"), WRK, text=text)

    def run_driver(self, *arguments):
        """Exit code, what was printed, and the file's content (None when it was not written)."""
        printed = io.StringIO()
        with mock.patch.dict(os.environ, {"PATH": self.tools}):
            with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
                code = driver.main(["--build", self.build, "--out", self.out, "--rounds", "2", *arguments])
        path = os.path.join(self.out, "http.json")
        content = None
        if os.path.exists(path):
            with open(path, encoding="utf-8") as kept:
                content = json.load(kept)
        return code, printed.getvalue(), content

    def test_all_present_peers_are_measured_and_the_others_are_named_with_their_reason(self):
        for name in ("limit_epoll", "troupe_server"):
            self.server(name)
        self.wrk()
        code, printed, content = self.run_driver()
        self.assertEqual(code, 0, printed)
        self.assertEqual(content["rounds"], 2)
        names = ["limit", "troupe-inline", "troupe-actor", "troupe-pool", "beast", "go"]
        metrics = ["cpu_per_request", "throughput"]
        self.assertEqual(
            [(row["metric"], row["name"]) for row in content["rows"]],
            [(metric, name) for metric in metrics for name in names],
        )
        for row in content["rows"]:
            if row["name"] in ("beast", "go"):
                self.assertIsNone(row["median"])
                self.assertIn(row["name"] + " ", printed)
            elif row["metric"] == "throughput":
                self.assertEqual((row["median"], row["ratio"]), (83615.72, 1.0))
        absent = {row["name"]: row["absent"] for row in content["rows"] if "absent" in row}
        self.assertEqual(absent, {"beast": "beast_server is not built", "go": "go is not installed"})
        self.assertIn("absent: go is not installed", printed)

    def test_the_limit_is_given_the_recorded_answer_of_troupe(self):
        for name in ("limit_epoll", "troupe_server"):
            self.server(name)
        self.wrk()
        self.assertEqual(self.run_driver()[0], 0)
        with open(os.path.join(self.out, "http", "recorded_answer"), "rb") as kept:
            self.assertEqual(kept.read(), ANSWER)

    def test_without_the_load_generator_every_row_is_absent_and_the_run_fails(self):
        for name in ("limit_epoll", "troupe_server"):
            self.server(name)
        code, printed, content = self.run_driver()
        self.assertEqual(code, 1)
        self.assertEqual({row["absent"] for row in content["rows"]}, {"wrk (the load generator) is not installed"})
        self.assertIn("Nothing was measured: wrk", printed)

    def test_without_troupe_there_is_nothing_to_compare_and_the_run_fails(self):
        self.server("limit_epoll")
        self.wrk()
        code, printed, content = self.run_driver()
        self.assertEqual(code, 1)
        self.assertIn("troupe_server is not built", printed)
        self.assertTrue(all(row["median"] is None for row in content["rows"]))

    def test_a_peer_with_another_body_ends_the_run_without_a_file(self):
        self.server("troupe_server")
        self.server("limit_epoll")
        self.server("beast_server", ANSWER.replace(b"ok", b"no"))
        self.wrk()
        code, printed, content = self.run_driver()
        self.assertEqual((code, content), (1, None))
        self.assertIn("beast: body b'no'", printed)

    def test_a_server_that_does_not_keep_its_connections_ends_the_run(self):
        self.server("troupe_server", closes=True)
        self.wrk()
        code, printed, content = self.run_driver()
        self.assertEqual((code, content), (1, None))
        self.assertIn("troupe-inline: closed the connection", printed)

    def test_a_server_that_does_not_start_ends_the_run_with_its_own_words(self):
        self.program(os.path.join(self.build, "bench", "troupe_server"), "#!/bin/sh\necho no such mode; exit 3\n")
        self.wrk()
        code, printed, content = self.run_driver()
        self.assertEqual((code, content), (1, None))
        self.assertIn("troupe-inline: ended with 3: no such mode", printed)

    def test_a_failed_run_leaves_no_older_result_behind(self):
        for name in ("limit_epoll", "troupe_server"):
            self.server(name)
        self.wrk()
        self.assertIsNotNone(self.run_driver()[2])
        self.wrk("nothing\n")
        code, printed, content = self.run_driver()
        self.assertEqual((code, content), (1, None))

    def test_errors_under_load_end_the_run_and_name_the_peer(self):
        for name in ("limit_epoll", "troupe_server"):
            self.server(name)
        self.wrk(WRK_TEXT + "  Non-2xx or 3xx responses: 7\n")
        code, printed, content = self.run_driver()
        self.assertEqual((code, content), (1, None))
        self.assertIn("limit: Non-2xx", printed)


if __name__ == "__main__":
    unittest.main()
