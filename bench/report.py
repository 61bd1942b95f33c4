# What every bench shares: medians, ratios, the table that is printed and the JSON that is kept.
# SPDX-License-Identifier: BSD-3-Clause

import json
import os
import statistics
from typing import Mapping, NamedTuple, Sequence


class Metric(NamedTuple):
    """Something measured; `unit` is what its numbers are in."""

    name: str
    unit: str


def rows(
    names: Sequence[str],
    metrics: Sequence[Metric],
    samples: Mapping[str, Mapping[str, Sequence[float]]],
    ratio_to: str,
    absent: Mapping[str, str],
) -> list[dict]:
    """One row per name and metric, in the order given.

    `samples[name][metric]` holds one number per round. A name in `absent` (name -> reason) has a row
    too: its numbers are null and `absent` carries the reason. Whoever is neither measured nor absent
    is a mistake of the caller: KeyError.
    """
    table = []
    for metric in metrics:
        base = None
        if ratio_to not in absent:
            base = statistics.median(samples[ratio_to][metric.name])
        for name in names:
            row = {"name": name, "metric": metric.name, "unit": metric.unit}
            if name in absent:
                row.update(median=None, min=None, max=None, ratio=None, ratio_to=ratio_to)
                row["absent"] = absent[name]
            else:
                values = samples[name][metric.name]
                median = statistics.median(values)
                row.update(median=median, min=min(values), max=max(values))
                row.update(ratio=median / base if base else None, ratio_to=ratio_to)
            table.append(row)
    return table


def table(all_rows: Sequence[dict]) -> str:
    """The rows as text, one block per metric; an absent peer shows its reason."""
    lines = []
    width = max(len(row["name"]) for row in all_rows)
    metric = None
    for row in all_rows:
        if row["metric"] != metric:
            metric = row["metric"]
            heading = f"{metric} [{row['unit']}]"
            lines += ["", heading] if lines else [heading]
            lines.append(
                f"  {'':{width}}  {'median':>10}  {'min':>10}  {'max':>10}  {'to ' + row['ratio_to']:>10}"
            )
        if "absent" in row:
            lines.append(f"  {row['name']:{width}}  absent: {row['absent']}")
            continue
        numbers = "  ".join(f"{_number(row[key]):>10}" for key in ("median", "min", "max"))
        ratio = "-" if row["ratio"] is None else f"{row['ratio']:.2f}"
        lines.append(f"  {row['name']:{width}}  {numbers}  {ratio:>10}")
    return "\n".join(lines)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.2f}"


def write(path: str, bench: str, rounds: int, all_rows: Sequence[dict]) -> None:
    """Writes build/bench/<bench>.json as a whole: a reader sees the old file or the new one."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    unfinished = path + ".new"
    with open(unfinished, "w", encoding="utf-8") as out:
        json.dump({"bench": bench, "rounds": rounds, "rows": list(all_rows)}, out, indent=2)
        out.write("\n")
    os.replace(unfinished, path)
