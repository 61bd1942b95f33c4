# What a bench knows about the machine: cores, who uses them, and processes pinned to them.
# SPDX-License-Identifier: BSD-3-Clause

import ctypes
import os
import signal
from typing import Iterable, NamedTuple


class BenchError(Exception):
    """The run is worth nothing; the text says why."""


def pin(cores: Iterable[int]) -> None:
    """Runs in the child: these cores for it and all its threads, and no life beyond the driver's."""
    os.sched_setaffinity(0, cores)
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


class Core(NamedTuple):
    """A core's use since boot, in seconds: work of any kind, and time the host took away."""

    busy: float
    stolen: float


def core_use(core: int) -> Core:
    with open("/proc/stat", encoding="ascii") as stat:
        line = next(line for line in stat if line.startswith(f"cpu{core} "))
    user, nice, system, _idle, _iowait, irq, softirq, steal = map(int, line.split()[1:9])
    tick = os.sysconf("SC_CLK_TCK")
    return Core((user + nice + system + irq + softirq) / tick, steal / tick)
