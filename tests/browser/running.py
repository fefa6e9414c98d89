"""`bihuan demo` as a process of its own on free ports, as somebody at a terminal starts and stops it."""

import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType

from bot.bench.bed import free_port

PATIENCE = 120.0
READY = "按 Ctrl-C 结束"


class Demo:
    """`with Demo(folder) as demo:` — runs until the block ends; `demo.phones` is where the phones are."""

    def __init__(self, folder: Path, *options: str, ports: tuple[int, int] | None = None) -> None:
        self.ports = ports or _two_free_ports()
        self.phones, self.bot = (f"http://127.0.0.1:{port}" for port in self.ports)
        self.lines: list[str] = []
        words = ["demo", "--port", self.ports[0], "--bot-port", self.ports[1], "--folder", folder, *options]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bot", *map(str, words)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            env=os.environ | {"PYTHONIOENCODING": "utf-8"},
        )
        self._told = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def words(self) -> str:
        """Everything it has printed so far."""
        return "".join(self.lines)

    @property
    def runs(self) -> bool:
        """Whether it has not ended by itself."""
        return self._process.poll() is None

    def interrupt(self) -> int:
        """Press Ctrl-C and wait for the end; the exit code."""
        self._process.send_signal(signal.SIGINT)
        return self.ends()

    def ends(self) -> int:
        """Wait for the end; the exit code."""
        code = self._process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return code

    def __enter__(self) -> "Demo":
        self._told.wait(PATIENCE)
        if READY not in self.words:
            self.__exit__(None, None, None)
            raise AssertionError(f"the demo did not start:\n{self.words}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if self._process.poll() is None:
                self.interrupt()
        finally:
            self._process.kill()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.lines.append(line)
            if READY in line:
                self._told.set()
        self._told.set()


def _two_free_ports() -> tuple[int, int]:
    """Two that differ: of twelve thousand, two draws are the same port some day."""
    first, second = free_port(), free_port()
    return (first, second) if first != second else _two_free_ports()


def is_free(port: int) -> bool:
    """Whether nobody listens there any more."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
