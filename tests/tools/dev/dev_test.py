#!/usr/bin/env python3
# Tests ./dev: what it installs, says, builds and runs, with every program it calls replaced by a recording one.
# SPDX-License-Identifier: BSD-3-Clause

import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

DEV = Path(__file__).resolve().parents[3] / "dev"

# Each stands for the program of its name: writes its arguments to $RECORD, then does what its text says.
PROGRAMS = {
    "dpkg-query": 'for last; do :; done; grep -qx "$last" "$STATE/installed" && printf installed',
    "apt-get": """
[ -z "$NETWORK_DOWN" ] || { echo "E: Failed to fetch http://archive Could not resolve it"; exit 100; }
case $1 in install) shift; for word; do case $word in -*) ;; *) echo "$word" >> "$STATE/installed" ;; esac; done ;; esac
""",
    "apt-cache": 'case " $UNKNOWN_PACKAGES " in *" $2 "*) exit 100 ;; esac',
    "sudo": '"$@"',
    "cmake": """
case $1 in --preset) mkdir -p "build/$2"; touch "build/$2/build.ninja"
  for word; do case $word in -DTROUPE_BUILD_TESTS=*) echo "TROUPE_BUILD_TESTS:BOOL=${word#*=}" > "build/$2/CMakeCache.txt" ;; esac; done ;; esac
exit ${CMAKE_EXIT:-0}
""",
    "ctest": "exit ${CTEST_EXIT:-0}",
}
PLAIN = "bash env cat grep awk nproc mkdir touch mktemp dirname basename find xargs python3 rm".split()


class Dev(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.state = Path(folder.name)
        self.root = self.state / "tree"
        for program, text in PROGRAMS.items():
            self.program(self.state / "bin" / program, text)
        for program in PLAIN:
            (self.state / "bin" / program).symlink_to(shutil.which(program))
        (self.state / "installed").touch()
        self.program(self.root / "tools/dev/check_floors", "exit ${FLOORS_EXIT:-0}")
        self.program(self.root / "build/release/bin/hostwatch", "exit 7")
        self.program(self.root / "bench/http/run", "")
        shutil.copy(DEV, self.root / "dev")

    def program(self, path: Path, text: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'#!/bin/sh\necho "{path.name} $*" >> "$RECORD"\n{text}\n', encoding="utf-8")
        path.chmod(0o755)

    def dev(self, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        """Runs ./dev with only the programs above; self.calls is what it called."""
        record = self.state / "record"
        record.write_text("", encoding="utf-8")
        state = str(self.state)
        settings = {"PATH": f"{state}/bin", "RECORD": str(record), "STATE": state, "TMPDIR": state}
        done = subprocess.run([str(self.root / "dev"), *arguments], env=settings | environment, capture_output=True,
                              text=True, cwd=self.state)
        self.calls = record.read_text(encoding="utf-8").splitlines()
        return done

    def called(self, program: str) -> "list[str]":
        return [call for call in self.calls if call.split()[0] == program]

    def installed(self) -> "set[str]":
        return set((self.state / "installed").read_text(encoding="utf-8").split())

    def one_line(self, done: "subprocess.CompletedProcess[str]", *parts: str) -> None:
        """It failed with a single line on standard error, in which `parts` stand."""
        self.assertNotEqual(0, done.returncode)
        self.assertEqual(1, len(done.stderr.splitlines()), done.stderr)
        for part in parts:
            self.assertIn(part, done.stderr)

    # -- packages -------------------------------------------------------------------------------------------------

    def test_it_says_what_it_will_install_before_it_does_and_installs_just_that(self):
        done = self.dev("run")
        announced = next(line for line in done.stdout.splitlines() if "will install" in line)
        self.assertEqual(self.installed(), set(announced.partition("apt-get: ")[2].split()))
        self.assertIn("libcaf-dev", self.installed())

    def test_run_pulls_nothing_that_only_tests_benches_or_checks_need(self):
        self.dev("run")
        for package in ("catch2", "librapidcheck-dev", "golang-go", "wrk", "clang", "nodejs", "chromium", "erlang"):
            self.assertNotIn(package, self.installed())

    def test_a_second_call_installs_nothing_and_updates_no_lists(self):
        for command in ("run", "test", "bench http"):
            self.dev(*command.split())
            self.assertTrue(self.called("apt-get"), command)
            done = self.dev(*command.split())
            self.assertEqual([], self.called("apt-get"), command)
            self.assertNotIn("install", done.stdout)

    def test_a_dead_network_gives_one_clear_line(self):
        self.one_line(self.dev("run", NETWORK_DOWN="yes"), "apt-get update failed", "Could not resolve")

    def test_a_package_the_archive_does_not_have_gives_one_clear_line(self):
        self.one_line(self.dev("test", UNKNOWN_PACKAGES="catch2"), "package catch2 is not to be had")
        self.assertEqual(set(), self.installed())

    def test_a_machine_that_is_no_debian_gives_one_clear_line(self):
        (self.state / "bin" / "dpkg-query").unlink()
        self.one_line(self.dev("run"), "not Debian 12", "TROUPE_DEV_PACKAGES=skip")
        self.assertEqual(7, self.dev("run", TROUPE_DEV_PACKAGES="skip").returncode)

    @unittest.skipIf(os.geteuid() == 0, "root needs no sudo")
    def test_without_root_and_sudo_it_says_what_is_missing(self):
        (self.state / "bin" / "sudo").unlink()
        self.one_line(self.dev("run"), "needs root or sudo", "libcaf-dev")

    def test_a_bench_goes_on_without_its_peers(self):
        done = self.dev("bench", "http", UNKNOWN_PACKAGES="golang-go")
        self.assertEqual(0, done.returncode)
        self.assertIn("golang-go is not to be had", done.stderr)
        self.assertTrue(self.called("run"))

    # -- commands -------------------------------------------------------------------------------------------------

    def test_run_becomes_the_service_with_the_arguments_given(self):
        done = self.dev("run", "--port", "9000")
        self.assertEqual(7, done.returncode)
        self.assertEqual(["hostwatch --port 9000"], self.called("hostwatch"))
        self.assertIn("--target hostwatch troupe", " ".join(self.called("cmake")))

    def test_run_leaves_the_tests_out_of_a_new_build_and_in_an_old_one(self):
        self.dev("run")
        self.assertIn("-DTROUPE_BUILD_TESTS=OFF", self.called("cmake")[0])
        self.dev("test")
        self.assertIn("-DTROUPE_BUILD_TESTS=ON", self.called("cmake")[0])
        self.dev("run")
        self.assertFalse([call for call in self.called("cmake") if "--preset" in call])

    def test_test_runs_the_fast_label_and_long_adds_the_system_label(self):
        self.dev("test")
        self.assertIn("--label-regex ^fast$ ", self.called("ctest")[0])
        self.dev("test", "--long", "-R", "router")
        self.assertIn("--label-regex ^(fast|system)$ ", self.called("ctest")[0])
        self.assertTrue(self.called("ctest")[0].endswith("-R router"))

    def test_test_fails_when_any_step_does_and_goes_no_further(self):
        self.assertEqual(8, self.dev("test", CTEST_EXIT="8").returncode)
        self.assertEqual(3, self.dev("test", FLOORS_EXIT="3").returncode)
        self.assertEqual([], self.called("ctest"))
        self.one_line(self.dev("test", CMAKE_EXIT="1"), "build failed")
        self.assertEqual([], self.called("check_floors"))

    def test_another_preset_builds_in_its_own_folder(self):
        self.dev("test", "--preset", "asan-ubsan", "--long")
        self.assertIn("--preset asan-ubsan", self.called("cmake")[0])
        self.assertIn(f"--test-dir {self.root}/build/asan-ubsan", self.called("ctest")[0])
        self.one_line(self.dev("build", "--preset", "nonsense"), "--preset takes")

    def test_bench_builds_its_target_and_hands_arguments_on(self):
        self.dev("bench", "http", "--quick")
        self.assertIn("--target bench_http", " ".join(self.called("cmake")))
        self.assertEqual(["run --quick"], self.called("run"))
        self.one_line(self.dev("bench", "nope"), "there is no bench nope, but: http")

    def test_help_and_an_unknown_command(self):
        done = self.dev("--help")
        self.assertEqual(0, done.returncode)
        for command in ("run", "test", "build", "bench", "check", "format"):
            self.assertIn(f"\n  {command} ", done.stdout)
        done = self.dev("dance")
        self.assertEqual(1, done.returncode)
        self.assertIn("unknown command: dance", done.stderr)


if __name__ == "__main__":
    unittest.main()
