# Specification of what the benches share: medians, ratios, absent peers, the JSON file.
# SPDX-License-Identifier: BSD-3-Clause

import json
import os
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(ROOT, "bench"))
import report  # noqa: E402

CPU = report.Metric("cpu_per_request", "us")
RATE = report.Metric("throughput", "requests/s")


def one(rows, name, metric):
    found = [row for row in rows if row["name"] == name and row["metric"] == metric]
    assert len(found) == 1, found
    return found[0]


class Rows(unittest.TestCase):
    def test_an_odd_number_of_rounds_has_the_middle_value_as_median(self):
        rows = report.rows(["limit"], [CPU], {"limit": {CPU.name: [30.0, 10.0, 11.0]}}, "limit", {})
        self.assertEqual((rows[0]["median"], rows[0]["min"], rows[0]["max"]), (11.0, 10.0, 30.0))

    def test_an_even_number_of_rounds_has_the_mean_of_the_two_middle_values(self):
        rows = report.rows(["limit"], [CPU], {"limit": {CPU.name: [40.0, 10.0, 12.0, 13.0]}}, "limit", {})
        self.assertEqual(rows[0]["median"], 12.5)

    def test_one_round_is_its_own_median(self):
        rows = report.rows(["limit"], [CPU], {"limit": {CPU.name: [7.0]}}, "limit", {})
        self.assertEqual((rows[0]["median"], rows[0]["min"], rows[0]["max"]), (7.0, 7.0, 7.0))

    def test_a_ratio_divides_medians_of_the_same_metric(self):
        samples = {
            "limit": {CPU.name: [10.0, 8.0, 100.0], RATE.name: [400.0, 500.0, 300.0]},
            "other": {CPU.name: [12.0, 13.0, 1.0], RATE.name: [200.0, 100.0, 300.0]},
        }
        rows = report.rows(["limit", "other"], [CPU, RATE], samples, "limit", {})
        self.assertEqual(one(rows, "other", CPU.name)["ratio"], 1.2)
        self.assertEqual(one(rows, "other", RATE.name)["ratio"], 0.5)
        self.assertEqual(one(rows, "limit", CPU.name)["ratio"], 1.0)
        self.assertTrue(all(row["ratio_to"] == "limit" for row in rows))

    def test_an_absent_peer_keeps_its_rows_with_null_numbers_and_the_reason(self):
        samples = {"limit": {CPU.name: [10.0], RATE.name: [1.0]}}
        rows = report.rows(["limit", "go"], [CPU, RATE], samples, "limit", {"go": "go is not installed"})
        for metric in (CPU, RATE):
            row = one(rows, "go", metric.name)
            self.assertEqual([row[key] for key in ("median", "min", "max", "ratio")], [None] * 4)
            self.assertEqual((row["absent"], row["ratio_to"]), ("go is not installed", "limit"))
        self.assertNotIn("absent", one(rows, "limit", CPU.name))

    def test_without_the_row_to_compare_with_there_is_no_ratio(self):
        rows = report.rows(["limit", "go"], [CPU], {"go": {CPU.name: [5.0]}}, "limit", {"limit": "not built"})
        self.assertEqual(one(rows, "go", CPU.name)["median"], 5.0)
        self.assertIsNone(one(rows, "go", CPU.name)["ratio"])

    def test_a_base_of_zero_gives_no_ratio_instead_of_a_division_error(self):
        rows = report.rows(["limit"], [CPU], {"limit": {CPU.name: [0.0]}}, "limit", {})
        self.assertIsNone(rows[0]["ratio"])

    def test_a_name_that_is_neither_measured_nor_absent_is_an_error(self):
        with self.assertRaises(KeyError):
            report.rows(["limit", "go"], [CPU], {"limit": {CPU.name: [1.0]}}, "limit", {})


class Table(unittest.TestCase):
    def test_every_name_appears_and_an_absent_one_with_its_reason(self):
        samples = {"limit": {CPU.name: [10.0]}, "beast": {CPU.name: [2500.0]}}
        rows = report.rows(["limit", "beast", "go"], [CPU], samples, "limit", {"go": "go is not installed"})
        lines = report.table(rows).splitlines()
        self.assertEqual(lines[0], "cpu_per_request [us]")
        self.assertEqual(lines[3].split(), ["beast", "2,500", "2,500", "2,500", "250.00"])
        self.assertEqual(lines[4].strip(), "go     absent: go is not installed")


class File(unittest.TestCase):
    def test_the_file_holds_exactly_the_agreed_keys(self):
        rows = report.rows(["limit"], [CPU], {"limit": {CPU.name: [1.0, 2.0]}}, "limit", {})
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "made", "on", "demand", "http.json")
            report.write(path, "http", 2, rows)
            with open(path, encoding="utf-8") as kept:
                content = json.load(kept)
            self.assertEqual(os.listdir(os.path.dirname(path)), ["http.json"])
        self.assertEqual(list(content), ["bench", "rounds", "rows"])
        self.assertEqual((content["bench"], content["rounds"]), ("http", 2))
        self.assertEqual(
            list(content["rows"][0]),
            ["name", "metric", "unit", "median", "min", "max", "ratio", "ratio_to"],
        )
        self.assertEqual(content["rows"][0]["median"], 1.5)


if __name__ == "__main__":
    unittest.main()
