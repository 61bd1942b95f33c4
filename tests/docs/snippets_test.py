#!/usr/bin/env python3
# Tests that code shown in the documents is code of this tree, and that the links between documents lead somewhere.
# SPDX-License-Identifier: BSD-3-Clause

import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "bench").glob("*.md")])
BLOCK = re.compile(r"^```\w+\n(?://|#) (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)")
# CONTRIBUTING.md shows how a file of the future would look.
INVENTED = {"runtime/core/hit_rate.hpp", "runtime/core/hit_rate.cpp", "tests/runtime/core/hit_rate_test.cpp"}


class Documents(unittest.TestCase):
    def test_a_block_that_names_a_file_is_a_piece_of_that_file(self):
        seen = 0
        for document in DOCUMENTS:
            for path, code in BLOCK.findall(document.read_text(encoding="utf-8")):
                if path in INVENTED:
                    continue
                with self.subTest(document=document.name, path=path):
                    self.assertIn(code, (ROOT / path).read_text(encoding="utf-8"))
                    seen += 1
        self.assertGreater(seen, 0)

    def test_a_relative_link_leads_to_a_file(self):
        for document in DOCUMENTS:
            prose = re.sub(r"^```.*?^```$", "", document.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
            for target in LINK.findall(prose):
                with self.subTest(document=document.name, target=target):
                    self.assertTrue((document.parent / target).exists())


if __name__ == "__main__":
    unittest.main()
