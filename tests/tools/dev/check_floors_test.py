#!/usr/bin/env python3
# Tests tools/dev/check_floors: each rule is fed a small tree that breaks it, and one beside it that does not.
# SPDX-License-Identifier: BSD-3-Clause

import importlib.machinery
import importlib.util
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True  # no caches in the source tree
SCRIPT = Path(__file__).resolve().parents[3] / "tools" / "dev" / "check_floors"
LOADER = importlib.machinery.SourceFileLoader("check_floors", str(SCRIPT))
check_floors = importlib.util.module_from_spec(importlib.util.spec_from_loader("check_floors", LOADER))
LOADER.exec_module(check_floors)

HEAD = "// A file of the test tree.\n// SPDX-License-Identifier: BSD-3-Clause\n"


class Tree:
    """A tree in a temporary folder, in which everything is in order until a test adds something."""

    def __init__(self, folder: str):
        self.root = Path(folder)

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def header(self, path: str, *includes: str, body: str = "") -> None:
        lines = "".join(f"#include {name}\n" for name in includes)
        self.write(path, HEAD + "#pragma once\n" + lines + body)

    def source(self, path: str, *includes: str, body: str = "", test: bool = True) -> None:
        lines = "".join(f"#include {name}\n" for name in includes)
        self.write(path, HEAD + lines + body)
        self.list_in_cmake(path)
        if test and not path.startswith("tests/"):
            self.source(f"tests/{path.removesuffix('.cpp')}_test.cpp")

    def list_in_cmake(self, path: str) -> None:
        listing = self.root / "CMakeLists.txt"
        known = listing.read_text(encoding="utf-8") if listing.is_file() else ""
        listing.write_text(known + path + "\n", encoding="utf-8")


class CheckFloors(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.tree = Tree(folder.name)
        self.tree.header("runtime/core/result.hpp")

    def found(self) -> list[str]:
        return [str(problem) for problem in check_floors.problems(self.tree.root)[1]]

    def expect(self, *parts: str) -> None:
        """Exactly one problem for each of `parts`, which stands in it."""
        found = self.found()
        self.assertEqual(len(parts), len(found), found)
        for part in parts:
            self.assertTrue(any(part in line for line in found), (part, found))

    def include(self, path: str, name: str) -> None:
        """Adds a header at `path` that includes `name`, and `name`."""
        self.tree.header(name)
        self.tree.header(path, f'"{name}"')

    # -- arrows ---------------------------------------------------------------------------------------------------

    def test_a_tree_in_order_has_no_problem(self):
        self.include("http_bridge/bridge.hpp", "runtime/application/application.hpp")
        self.include("actors/ticker.hpp", "runtime/caf/supervised_actor.hpp")
        self.include("tests/system/drive.hpp", "http_bridge/client/client.hpp")
        self.tree.source("runtime/core/errc.cpp", '"runtime/core/result.hpp"', "<string>")
        self.expect()

    def test_an_include_that_points_up_is_found(self):
        self.include("runtime/core/units.hpp", "runtime/caf/timer.hpp")
        self.expect("runtime/core/units.hpp:4: core may not include")

    def test_sideways_between_actors_and_bridge_is_found_both_ways(self):
        self.include("actors/ticker.hpp", "http_bridge/bridge.hpp")
        self.include("http_bridge/exchange.hpp", "actors/service.hpp")
        self.expect("actors may not include", "http may not include")

    def test_the_order_inside_floor_2_is_kept(self):
        order = ["supervision", "registry", "lifespan", "inspection", "application"]
        for left, room in enumerate(order):
            for other in order[:left]:
                self.include(f"runtime/{room}/uses_{other}.hpp", f"runtime/{other}/{other}.hpp")
        self.expect()
        self.include("runtime/supervision/wrong.hpp", "runtime/registry/registry.hpp")
        self.include("runtime/lifespan/wrong.hpp", "runtime/inspection/inspection.hpp")
        self.expect("supervision may not include", "lifespan may not include")

    def test_product_code_does_not_see_the_testkits(self):
        self.include("runtime/application/wrong.hpp", "runtime/testkit/manual_clock.hpp")
        self.include("http_bridge/wrong.hpp", "http_bridge/testkit/loopback_engine.hpp")
        self.expect("application may not include", "http may not include")

    def test_pure_http_values_know_neither_the_bridge_nor_caf(self):
        self.include("http_bridge/request.hpp", "http_bridge/exchange.hpp")
        self.tree.header("http_bridge/protocol/parser.hpp", "<caf/fwd.hpp>")
        self.expect("http_protocol may not include", "<caf/fwd.hpp> in http_protocol")

    def test_an_include_that_is_not_repo_rooted_is_found(self):
        self.tree.header("runtime/core/units.hpp", '"result.hpp"')
        self.expect('"result.hpp" is no file below the root')

    def test_internal_is_for_its_own_folder_and_its_own_tests(self):
        inner = "http_bridge/internal/drain.hpp"
        self.include("http_bridge/bridge.hpp", inner)
        self.include("http_bridge/engine/engine.hpp", inner)
        self.include("tests/http_bridge/internal/drain_helper.hpp", inner)
        self.expect()
        self.include("tests/actors/wrong.hpp", inner)
        self.include("examples/hostwatch/wrong.hpp", inner)
        self.expect("tests/actors/wrong.hpp", "examples/hostwatch/wrong.hpp")

    # -- foreign libraries ----------------------------------------------------------------------------------------

    def test_asio_and_beast_stay_in_the_engine(self):
        self.tree.header("http_bridge/engine/listener.hpp", "<boost/asio/ip/tcp.hpp>")
        self.tree.header("http_bridge/stream/wrong.hpp", "<boost/beast/websocket.hpp>")
        self.expect("<boost/beast/websocket.hpp> outside http_bridge/engine/")

    def test_the_version_and_details_of_caf_stay_in_its_room(self):
        self.tree.header("runtime/caf/seam.hpp", "<caf/detail/x.hpp>", body="#if CAF_VERSION > 1\n#endif\n")
        self.expect()
        self.tree.header("actors/a.hpp", "<caf/detail/x.hpp>", body="#if CAF_VERSION > 1\n#endif\n")
        self.tree.header("actors/b.hpp", body="using x = caf::detail::y;\n")
        self.expect("a.hpp:4: <caf/detail/x.hpp>", "a.hpp:5: CAF_VERSION", "b.hpp:4: caf::detail")

    def test_a_comment_or_a_string_about_caf_is_no_use_of_it(self):
        self.tree.header("actors/a.hpp", body='// caf::detail\nconst char* text = "CAF_VERSION";\n')
        self.expect()

    def test_floor_0_has_no_threads_no_io_and_no_caf(self):
        self.tree.header("runtime/core/a.hpp", "<mutex>", "<sys/socket.h>", "<caf/fwd.hpp>", "<atomic>")
        self.expect("<mutex> in core", "<sys/socket.h> in core", "<caf/fwd.hpp> in core")

    # -- tests ----------------------------------------------------------------------------------------------------

    def test_a_source_without_its_mirrored_test_is_found(self):
        self.tree.source("runtime/core/errc.cpp", test=False)
        self.expect("runtime/core/errc.cpp:1: no tests/runtime/core/errc_test.cpp")

    def test_the_allow_list_excuses_a_source_and_wants_a_reason(self):
        self.tree.source("tools/troupe/main.cpp", test=False)
        self.tree.write(check_floors.UNTESTED, "# comment\n\ntools/troupe/main.cpp driven by tests/system\n")
        self.expect()
        self.tree.write(check_floors.UNTESTED, "tools/troupe/main.cpp\n")
        self.expect("tools/troupe/main.cpp has no reason")

    def test_a_stale_line_of_the_allow_list_is_found(self):
        self.tree.source("runtime/core/errc.cpp")
        self.tree.write(check_floors.UNTESTED, "runtime/core/errc.cpp once untested\nruntime/core/gone.cpp deleted\n")
        self.expect("errc.cpp has its test; take the line out", "gone.cpp does not exist")

    def test_a_test_that_sleeps_is_found_outside_system(self):
        body = "void wait() { std::this_thread::sleep_for(one_second); }\n"
        self.tree.header("tests/system/wait.hpp", body=body)
        self.tree.header("tests/actors/wait.hpp", body=body)
        self.expect("tests/actors/wait.hpp:4: a test sleeps")

    # -- the rest -------------------------------------------------------------------------------------------------

    def test_first_lines_are_asked_for(self):
        self.tree.write("runtime/core/bare.hpp", "int x;\n")
        self.expect("first line is a comment", "SPDX", "#pragma once")

    def test_a_source_that_nothing_builds_is_found(self):
        self.tree.source("tests/actors/forgotten_test.cpp")
        self.expect()
        self.tree.write("CMakeLists.txt", "# tests/actors/forgotten_test.cpp\nx_tests/actors/forgotten_test.cpp\n")
        self.expect("forgotten_test.cpp:1: named in no CMakeLists.txt")

    def test_a_source_listed_by_its_own_folder_is_built(self):
        self.tree.write("tests/actors/ticker_test.cpp", HEAD)
        self.tree.write("tests/actors/CMakeLists.txt", "troupe_tests(actors SOURCES ticker_test.cpp)\n")
        self.expect()

    def test_the_exit_code_tells_and_an_empty_tree_is_no_success(self):
        with tempfile.TemporaryDirectory() as empty:
            self.assertEqual(1, check_floors.main(["--root", empty]))
        self.assertEqual(0, check_floors.main(["--root", str(self.tree.root)]))
        self.tree.write("runtime/core/bare.hpp", "int x;\n")
        self.assertEqual(1, check_floors.main(["--root", str(self.tree.root)]))


if __name__ == "__main__":
    unittest.main()
