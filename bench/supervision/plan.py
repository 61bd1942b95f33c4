# What the supervision bench measures: metrics, who takes part in each, with which arguments, and the goals.
# SPDX-License-Identifier: BSD-3-Clause

from typing import NamedTuple, Optional

import report  # bench/ is on the driver's path


class Peer(NamedTuple):
    """A row of a metric. `arguments` go to its program besides those of the metric."""

    name: str
    program: str  # see PROGRAMS
    arguments: tuple[str, ...] = ()


class Goal(NamedTuple):
    """What Troupe is built to reach: `measured` of the row `of` (and of the row `to`) is on the right side of `limit`."""

    measured: str  # "value", "ratio" (of / to) or "difference" (of - to)
    of: str
    to: Optional[str]
    sense: str  # ">=" or "<="
    limit: float


class Measurement(NamedTuple):
    metric: report.Metric
    ratio_to: str
    peers: tuple[Peer, ...]
    arguments: tuple[str, ...]
    goals: tuple[Goal, ...] = ()
    times: int = 1  # in each round
    rounds: Optional[int] = None  # only the first rounds, for what hardly varies
    instructions: Optional[tuple[int, int]] = None  # counted by callgrind, at two numbers of messages

    @property
    def program_metric(self) -> str:
        """What the programs call it."""
        return "messages" if "message" in self.metric.name else self.metric.name


# Kind of program -> how it is started, in <build>/bench/. Every one takes METRIC key=value ... and prints one line of
# JSON. `{cores}` is their number, `{folder}` that folder.
PROGRAMS = {
    "troupe": ("{folder}/supervision_troupe",),
    "caf": ("{folder}/supervision_caf",),
    "messages": ("{folder}/supervision_messages",),
    "otp": ("erl", "-noshell", "-noinput", "+S", "{cores}:{cores}", "-pa", "{folder}", "-run", "supervision_otp", "main"),
}

PLAIN = ("child=plain",)
GEN_SERVER = ("child=gen_server",)
TROUPE = Peer("troupe", "troupe")
OTP = Peer("otp", "otp", PLAIN)
OTP_GEN_SERVER = Peer("otp-gen_server", "otp", GEN_SERVER)
CAF = Peer("caf", "caf")
# One supervisor with many children: each specified on its own, or a pool of one template.
EACH = ("pool=no",)
POOL = ("pool=yes",)
MANY = (
    TROUPE._replace(arguments=EACH),
    Peer("troupe-pool", "troupe", POOL),
    OTP._replace(arguments=(*PLAIN, *EACH)),
    OTP_GEN_SERVER._replace(arguments=(*GEN_SERVER, *EACH)),
    Peer("otp-pool", "otp", (*PLAIN, *POOL)),
    CAF,
)
# A plain actor as it comes prints a line when it throws; this one has a silent exception handler instead.
CAF_LOUD = CAF._replace(arguments=("exceptions=default",))
CAF_QUIET = Peer("caf-quiet", "caf", ("exceptions=quiet",))
RECEIVERS = (Peer("troupe", "messages", ("receiver=troupe",)), Peer("caf", "messages", ("receiver=caf",)))

# A budget that is never spent: OTP's smallest period, and more restarts than fit into it.
ENDLESS = ("budget=1000000", "period_ms=1000")
# A small one that is never spent either, because its period is short as well. OTP has none below a second.
SMALL = ("budget=10000", "period_ms=20")
# A stop that fails is not to be mistaken for a restart.
NO_RESTART = ("budget=1", "period_ms=1000")


def measurements(quick: bool) -> tuple[Measurement, ...]:
    children = "children=10000" if quick else "children=100000"
    crashes = ("children=1000", "crashes=20", "passes=2" if quick else "passes=10", *ENDLESS)
    one = ("warm_up_ms=500", "time_ms=500") if quick else ("warm_up_ms=1000", "time_ms=2000")
    messages = "messages=500000" if quick else "messages=2000000"
    counted = (10_000, 40_000) if quick else (20_000, 120_000)
    return (
        Measurement(
            report.Metric("crash_restart", "restarts/s"), "otp",
            (TROUPE, OTP, OTP_GEN_SERVER, CAF_LOUD, CAF_QUIET), crashes,
            (
                Goal("ratio", "troupe", "otp", ">=", 1.0),
                Goal("ratio", "troupe", "otp-gen_server", ">=", 2.0),
                Goal("ratio", "troupe", "caf", ">=", 5.0),
            ),
        ),
        Measurement(
            report.Metric("crash_restart_one", "restarts/s"), "otp",
            (
                TROUPE._replace(arguments=ENDLESS),
                Peer("troupe-small-budget", "troupe", SMALL),
                OTP._replace(arguments=(*PLAIN, *ENDLESS)),
                CAF_LOUD,
                CAF_QUIET,
            ),
            one,
            # The same at any budget, within what a busy machine does to two runs.
            (Goal("ratio", "troupe", "troupe-small-budget", ">=", 0.9),),
        ),
        Measurement(
            report.Metric("start_stop", "children/s"), "otp",
            MANY, (children, *NO_RESTART),
            (Goal("ratio", "troupe", "otp", ">=", 1.5),),
        ),
        Measurement(
            report.Metric("instructions_per_message", "instructions"), "caf",
            # What counters, clock and flight recorder may cost together; the base has no way to do without one of them.
            RECEIVERS, ("burst=32",), (Goal("ratio", "troupe", "caf", "<=", 1.06),),
            rounds=1 if quick else 3, instructions=counted,
        ),
        Measurement(
            report.Metric("instructions_per_lone_message", "instructions"), "caf",
            RECEIVERS, ("burst=1",), rounds=1 if quick else 3, instructions=counted,
        ),
        Measurement(
            report.Metric("cpu_per_message", "ns"), "caf",
            RECEIVERS, ("burst=32", messages), (Goal("ratio", "troupe", "caf", "<=", 1.10),),
            times=2,
        ),
        Measurement(
            report.Metric("cpu_per_lone_message", "ns"), "caf", RECEIVERS, ("burst=1", messages), times=2,
        ),
        Measurement(
            report.Metric("memory_per_child", "B"), "otp",
            MANY, ("children=100000", *NO_RESTART),
            (
                Goal("difference", "troupe", "caf", "<=", 256),
                Goal("difference", "troupe-pool", "caf", "<=", 256),
                Goal("ratio", "troupe", "otp", "<=", 0.6),
            ),
            rounds=1 if quick else 3,
        ),
        Measurement(
            report.Metric("stop_latency", "ms"), "otp",
            (TROUPE, OTP, OTP_GEN_SERVER, CAF),
            ("messages=100000", "repeats=2" if quick else "repeats=5", *NO_RESTART),
            (Goal("value", "troupe", None, "<=", 5.0),),
            rounds=1 if quick else None,
        ),
    )
