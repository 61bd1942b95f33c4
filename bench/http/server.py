# One server under measurement: its process, its answers byte by byte, its CPU time.
# SPDX-License-Identifier: BSD-3-Clause

import os
import re
import socket
import subprocess
import time

from machine import BenchError, pin  # bench/ is on the driver's path

START_TIME = 10.0  # seconds a server has to answer its first request
STOP_TIME = 10.0  # seconds it has to end after SIGTERM


class Server:
    """A peer's process, pinned to one core; ended when the `with` block is left, whatever happens."""

    def __init__(self, name: str, command: list[str], core: int, log_path: str):
        self.name = name
        self.port = free_port()
        self.log_path = log_path
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                [*command, "--port", str(self.port)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=lambda: pin({core}),
            )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(STOP_TIME)
        except subprocess.TimeoutExpired:
            print(f"{self.name}: did not end on SIGTERM in {STOP_TIME:.0f} s, killed")
            self.process.kill()
            self.process.wait()

    def connect(self) -> socket.socket:
        """Waits until the server takes a connection."""
        deadline = time.monotonic() + START_TIME
        while True:
            if self.process.poll() is not None:
                raise BenchError(f"{self.name}: ended with {self.process.returncode}: {self.log()}")
            try:
                return socket.create_connection(("127.0.0.1", self.port), timeout=START_TIME)
            except ConnectionRefusedError:
                if time.monotonic() > deadline:
                    raise BenchError(f"{self.name}: does not listen on {self.port}: {self.log()}")
                time.sleep(0.01)

    def answer(self) -> bytes:
        """One whole answer, head and body. Asks twice on one connection: keep-alive has to work."""
        with self.connect() as connection:
            first = exchange(connection, self.port, self.name)
            second = exchange(connection, self.port, self.name)
        if fixed_part(first) != fixed_part(second):
            raise BenchError(f"{self.name}: two answers differ: {first!r} {second!r}")
        return second

    def cpu_seconds(self) -> tuple[float, float]:
        """User and system time of the process and all its threads, ended ones included."""
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii", errors="replace") as stat:
            fields = stat.read().rpartition(")")[2].split()
        tick = os.sysconf("SC_CLK_TCK")
        return int(fields[11]) / tick, int(fields[12]) / tick

    def log(self) -> str:
        with open(self.log_path, encoding="utf-8", errors="replace") as log:
            return log.read()[-2000:].strip() or "(it said nothing)"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def exchange(connection: socket.socket, port: int, name: str) -> bytes:
    """Sends what wrk sends, as one segment, and reads exactly one answer."""
    connection.sendall(f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
    data = b""
    wanted = None
    while wanted is None or len(data) < wanted:
        try:
            piece = connection.recv(65536)
        except OSError as failure:
            raise BenchError(f"{name}: no whole answer ({failure}), only {data!r}")
        if not piece:
            raise BenchError(f"{name}: closed the connection after {data!r}")
        data += piece
        if wanted is None and b"\r\n\r\n" in data:
            head = data.partition(b"\r\n\r\n")[0]
            length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
            if length is None or not re.match(rb"HTTP/1\.1 200 ", head):
                raise BenchError(f"{name}: not a 200 with Content-Length: {data!r}")
            wanted = len(head) + 4 + int(length[1])
    if len(data) != wanted:
        raise BenchError(f"{name}: more than one answer to one request: {data!r}")
    return data


def body(answer: bytes) -> bytes:
    return answer.partition(b"\r\n\r\n")[2]


def fixed_part(answer: bytes) -> bytes:
    """The answer without what has to differ from one answer to the next: date and request id, whose
    lengths never change."""
    head, separator, rest = answer.partition(b"\r\n\r\n")
    return re.sub(rb"(?i)(\r\n(?:date|x-request-id):)[^\r]*", rb"\1", head) + separator + rest
