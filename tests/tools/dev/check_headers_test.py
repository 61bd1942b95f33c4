#!/usr/bin/env python3
# Tests tools/dev/check_headers on a small tree with a real compiler.
# SPDX-License-Identifier: BSD-3-Clause

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[3] / "tools" / "dev" / "check_headers"


class CheckHeaders(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)

    def check(self, headers: "dict[str, str]", *public: str) -> "subprocess.CompletedProcess[str]":
        for path, text in headers.items():
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            (self.root / path).write_text(text, encoding="utf-8")
        (self.root / "public_headers.txt").write_text("\n".join(public) + "\n", encoding="utf-8")
        return subprocess.run([sys.executable, str(SCRIPT), "--root", str(self.root), "--build", str(self.root)],
                              capture_output=True, text=True)

    def test_a_header_that_includes_what_it_uses_passes(self):
        good = "#pragma once\n#include <string>\ninline std::string f() { return {}; }\n"
        done = self.check({"runtime/a.hpp": good}, "runtime/a.hpp")
        self.assertEqual(0, done.returncode, done.stdout)

    def test_a_header_that_leans_on_an_earlier_include_fails(self):
        done = self.check({"runtime/a.hpp": "#pragma once\ninline std::string f();\n"}, "runtime/a.hpp")
        self.assertEqual(1, done.returncode)
        self.assertIn("runtime/a.hpp does not compile alone", done.stdout)

    def test_a_header_without_an_include_guard_fails(self):
        self.assertEqual(1, self.check({"runtime/a.hpp": "struct a {};\n"}, "runtime/a.hpp").returncode)

    def test_a_header_that_needs_one_which_is_not_installed_fails(self):
        headers = {
            "runtime/a.hpp": '#pragma once\n#include "runtime/internal/b.hpp"\n',
            "runtime/internal/b.hpp": "#pragma once\n",
        }
        self.assertIn("internal/b.hpp", self.check(headers, "runtime/a.hpp").stdout)

    def test_no_list_or_an_empty_one_is_no_success(self):
        self.assertEqual(1, self.check({}).returncode)
        (self.root / "public_headers.txt").unlink()
        done = subprocess.run([sys.executable, str(SCRIPT), "--build", str(self.root)], capture_output=True, text=True)
        self.assertEqual(1, done.returncode)
        self.assertIn("configure first", done.stderr)


if __name__ == "__main__":
    unittest.main()
