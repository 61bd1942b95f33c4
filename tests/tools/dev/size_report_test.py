#!/usr/bin/env python3
# Tests tools/dev/size_report on a small tree.
# SPDX-License-Identifier: BSD-3-Clause

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[3] / "tools" / "dev" / "size_report"


class SizeReport(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)

    def write(self, path: str, lines: int) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text("line\n" * lines, encoding="utf-8")

    def report(self) -> "subprocess.CompletedProcess[str]":
        return subprocess.run([sys.executable, str(SCRIPT), "--root", str(self.root), "--build", str(self.root)],
                              capture_output=True, text=True)

    def test_rooms_are_summed_up(self):
        for name, lines in {"a": 10, "b": 20, "c": 60}.items():
            self.write(f"runtime/core/{name}.cpp", lines)
        done = self.report()
        self.assertEqual(0, done.returncode)
        self.assertIn(["runtime/core", "3", "90", "20", "60"], [line.split() for line in done.stdout.splitlines()])

    def test_300_lines_are_fine_and_301_are_listed(self):
        self.write("actors/a.cpp", 300)
        self.assertNotIn("a hard look", self.report().stdout)
        self.write("actors/a.cpp", 301)
        done = self.report()
        self.assertIn("actors/a.cpp: a hard look", done.stdout)
        self.assertEqual(0, done.returncode)

    def test_501_lines_fail_unless_the_architecture_says_why(self):
        self.write("actors/a.cpp", 501)
        self.assertEqual(1, self.report().returncode)
        (self.root / "docs").mkdir()
        (self.root / "docs/architecture.md").write_text("`actors/a.cpp` is one table.\n", encoding="utf-8")
        self.assertEqual(0, self.report().returncode)


if __name__ == "__main__":
    unittest.main()
