# Specification of the supervision bench's driver: what it reads, what it refuses, a whole run on small peers.
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
    path = os.path.join(ROOT, "bench", "supervision", "run")
    loader = importlib.machinery.SourceFileLoader("bench_supervision_run", path)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module


driver = load_driver()
METRICS = [m.metric.name for m in driver.measurements(quick=False)]

# A program of the bench in a few lines: writes down how it was called and says what it is told.
PROGRAM = """#!{python}
import os, sys
with open({calls!r}, "a") as calls:
    print(os.path.basename(sys.argv[0]), *sys.argv[1:], file=calls)
sys.stdout.write({text!r})
sys.exit({code})
"""

# A valgrind that counts 1,000 instructions for the process and 70 for each message.
VALGRIND = """#!{python}
import sys
messages = next(int(a.partition("=")[2]) for a in sys.argv if a.startswith("messages="))
print("==1== Collected :", 1000 + 70 * messages, file=sys.stderr)
"""


class Results(unittest.TestCase):
    def test_the_value_and_the_details_are_read(self):
        self.assertEqual(driver.read_result('{"value": 2.5, "median_ms": 1}\n'), driver.Sample(2.5, {"median_ms": 1}))

    def test_anything_else_is_refused_and_shown(self):
        for text in ("", "done\n", "3\n", '{"details": 1}', '{"value": null}'):
            with self.assertRaisesRegex(driver.BenchError, "no result: "):
                driver.read_result(text)

    def test_callgrinds_count_is_read_and_a_missing_one_refused(self):
        self.assertEqual(driver.read_callgrind("==7== Events    : Ir\n==7== Collected : 985422430\n"), 985422430)
        with self.assertRaisesRegex(driver.BenchError, "did not count: 'no such program'"):
            driver.read_callgrind("no such program\n")


class Goals(unittest.TestCase):
    metric = driver.report.Metric("pace", "m/s")

    def text(self, goal, **medians):
        samples = driver.Samples()
        for name, value in medians.items():
            samples.add("pace", name, driver.Sample(value, {}))
        return driver.goal_text(self.metric, goal, samples)

    def test_a_ratio_is_met_at_its_limit_and_missed_below_it(self):
        goal = driver.Goal("ratio", "troupe", "otp", ">=", 1.5)
        self.assertRegex(self.text(goal, troupe=3.0, otp=2.0), "1.50  goal >= 1.5: met")
        self.assertRegex(self.text(goal, troupe=2.9, otp=2.0), "MISSED")

    def test_a_difference_is_met_at_its_limit_and_missed_above_it(self):
        goal = driver.Goal("difference", "troupe", "caf", "<=", 256)
        self.assertRegex(self.text(goal, troupe=1256.0, caf=1000.0), "256.00 m/s  goal <= 256 m/s: met")
        self.assertRegex(self.text(goal, troupe=1257.0, caf=1000.0), "MISSED")

    def test_a_value_needs_nobody_else(self):
        self.assertRegex(self.text(driver.Goal("value", "troupe", None, "<=", 5.0), troupe=4.0), "met")

    def test_without_one_of_the_two_nothing_is_said(self):
        goal = driver.Goal("ratio", "troupe", "otp", ">=", 1.5)
        self.assertIsNone(self.text(goal, troupe=3.0))
        self.assertIsNone(self.text(goal, otp=3.0))


class Plan(unittest.TestCase):
    def test_names_are_unique_in_a_metric_and_ratios_and_goals_refer_to_them(self):
        for quick in (False, True):
            for m in driver.measurements(quick):
                names = [peer.name for peer in m.peers]
                self.assertEqual(len(names), len(set(names)))
                self.assertIn(m.ratio_to, names)
                for goal in m.goals:
                    self.assertIn(goal.of, names)
                    self.assertTrue(goal.to is None or goal.to in names)

    def test_what_is_quick_measures_the_same_things(self):
        self.assertEqual(METRICS, [m.metric.name for m in driver.measurements(quick=True)])


class Remarks(unittest.TestCase):
    def remarks(self, *disturbed):
        samples = driver.Samples()
        samples.disturbed += disturbed
        return "\n".join(driver.remarks(argparse.Namespace(peer_cores=[2, 3]), samples))

    def test_the_cores_and_the_scheduler_threads_are_said(self):
        self.assertIn("core 2, 3, with 2 scheduler thread(s)", self.remarks())

    def test_one_disturbed_round_is_enough_to_call_the_run_noisy(self):
        self.assertNotIn("NOISY", self.remarks(0.01, 0.05))
        self.assertIn("NOISY", self.remarks(0.01, 0.06))


class WholeRun(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.build = os.path.join(folder.name, "build")
        self.programs = os.path.join(self.build, "bench")
        self.tools = os.path.join(folder.name, "tools")
        self.out = os.path.join(folder.name, "out")
        self.calls = os.path.join(folder.name, "calls")
        os.makedirs(self.programs)
        os.makedirs(self.tools)
        cores = os.sched_getaffinity(0)  # the driver pins itself
        self.addCleanup(lambda: os.sched_setaffinity(0, cores))

    def write(self, path, source, **fields):
        with open(path, "w", encoding="utf-8") as out:
            out.write(source.format(python=sys.executable, **fields))
        os.chmod(path, 0o755)

    def program(self, path, value, code=0):
        self.write(path, PROGRAM, calls=self.calls, text=f'{{"value": {value}}}\n', code=code)

    def everybody(self):
        self.program(os.path.join(self.programs, "supervision_troupe"), 30)
        self.program(os.path.join(self.programs, "supervision_messages"), 12)
        self.program(os.path.join(self.programs, "supervision_caf"), 10)
        self.program(os.path.join(self.programs, "supervision_otp.beam"), 0)
        self.program(os.path.join(self.tools, "erl"), 20)
        self.write(os.path.join(self.tools, "valgrind"), VALGRIND)

    def run_driver(self, *arguments):
        """Exit code, what was printed, and the file's content (None when it was not written)."""
        printed = io.StringIO()
        with mock.patch.dict(os.environ, {"PATH": self.tools}):
            with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
                code = driver.main(["--build", self.build, "--out", self.out, "--rounds", "2", *arguments])
        path = os.path.join(self.out, "supervision.json")
        content = None
        if os.path.exists(path):
            with open(path, encoding="utf-8") as kept:
                content = json.load(kept)
        return code, printed.getvalue(), content

    def called(self, program):
        with open(self.calls, encoding="utf-8") as calls:
            return [line.split() for line in calls if line.startswith(program)]

    def row(self, content, metric, name):
        found = [row for row in content["rows"] if (row["metric"], row["name"]) == (metric, name)]
        self.assertEqual(len(found), 1, found)
        return found[0]

    def test_everybody_is_measured_and_compared_with_the_row_that_the_metric_names(self):
        self.everybody()
        code, printed, content = self.run_driver()
        self.assertEqual(code, 0, printed)
        self.assertEqual((content["bench"], content["rounds"]), ("supervision", 2))
        self.assertEqual(list(dict.fromkeys(row["metric"] for row in content["rows"])), METRICS)
        rate = self.row(content, "crash_restart", "troupe")
        self.assertEqual((rate["median"], rate["ratio"], rate["ratio_to"]), (30.0, 1.5, "otp"))
        cpu = self.row(content, "cpu_per_message", "troupe")
        self.assertEqual((cpu["median"], cpu["ratio"], cpu["ratio_to"]), (12.0, 1.0, "caf"))
        self.assertIn("crash_restart             troupe / otp", printed)

    def test_instructions_are_a_difference_so_that_the_start_drops_out(self):
        self.everybody()
        content = self.run_driver("--only", "instructions_per_message")[2]
        self.assertEqual(self.row(content, "instructions_per_message", "caf")["median"], 70.0)

    def test_every_peer_is_told_its_cores_and_its_metric(self):
        self.everybody()
        self.run_driver("--only", "start_stop")
        for arguments in self.called("supervision_troupe"):
            self.assertEqual(arguments[1], "start_stop")
            self.assertIn("cores=1", arguments)
        for arguments in self.called("erl"):
            self.assertIn("1:1", arguments)
            self.assertEqual(arguments[arguments.index("main") + 1], "start_stop")

    def test_cpu_time_is_taken_in_ten_interleaved_pairs(self):
        self.everybody()
        self.run_driver("--only", "cpu_per_message", "--rounds", "5")
        receivers = [word for call in self.called("supervision_messages") for word in call if "receiver=" in word]
        self.assertEqual(receivers, ["receiver=troupe", "receiver=caf"] * 10)

    def test_peers_that_are_not_there_are_named_with_their_reason(self):
        self.program(os.path.join(self.programs, "supervision_troupe"), 30)
        code, printed, content = self.run_driver()
        self.assertEqual(code, 0, printed)
        reasons = {(row["metric"], row["name"]): row["absent"] for row in content["rows"] if "absent" in row}
        self.assertEqual(reasons["crash_restart", "otp"], "erlang is not installed")
        self.assertEqual(reasons["crash_restart", "caf"], "supervision_caf is not built")
        self.assertEqual(reasons["cpu_per_message", "troupe"], "supervision_messages is not built")
        self.assertEqual(reasons["instructions_per_message", "caf"], "valgrind is not installed")
        self.assertIsNone(self.row(content, "crash_restart", "troupe")["ratio"])
        self.assertIn("absent: erlang is not installed", printed)

    def test_without_troupe_the_run_fails(self):
        self.program(os.path.join(self.programs, "supervision_caf"), 10)
        code, printed, content = self.run_driver("--only", "crash_restart")
        self.assertEqual(code, 1)
        self.assertIn("Troupe was not measured", printed)

    def test_a_program_that_fails_ends_the_run_with_its_words_and_leaves_no_older_result(self):
        self.everybody()
        self.assertIsNotNone(self.run_driver("--only", "start_stop")[2])
        self.program(os.path.join(self.programs, "supervision_caf"), 10, code=3)
        code, printed, content = self.run_driver("--only", "start_stop")
        self.assertEqual((code, content), (1, None))
        self.assertIn("ended with 3", printed)

    def test_an_unknown_metric_and_too_many_cores_are_refused(self):
        for arguments in (["--only", "speed"], ["--cores", "100000"], ["--rounds", "0"]):
            with self.assertRaises(SystemExit):
                self.run_driver(*arguments)


if __name__ == "__main__":
    unittest.main()
