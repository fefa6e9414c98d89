"""The bounded process in which photographs are read: 512 MB, five seconds, no secrets in its surroundings, no files.

A picture is the most hostile thing a member can send. Whatever it does to the decoder happens over there: a process
that runs over its time, or dies, is replaced, and the photograph is answered as too costly. Nothing is ever kept.
"""

import json
import os
import queue
import resource
import signal
import socket
import struct
import subprocess
import sys
import time

from integrations.qr import decode
from integrations.qr.decode import Reason, Unreadable

MEMORY = 512 * 1024 * 1024  # bytes of address space
SECONDS = 5.0
START = 20.0  # seconds a new process may take to import its decoder on a busy machine
PROCESSES = 2
_LENGTH = struct.Struct(">I")


class Reader:
    """`read(data)` from any thread; at most `processes` photographs are looked at together, the others wait.

    A process is started by the first photograph that needs it, and kept for the next.
    """

    def __init__(self, processes: int = PROCESSES, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._seconds, self._memory, self._all = seconds, memory, processes
        self._places: queue.LifoQueue[_Process | None] = queue.LifoQueue()  # the one used last is the warm one
        for _ in range(processes):
            self._places.put(None)

    def read(self, data: bytes) -> list[str]:
        """The texts of all codes in a photograph; `Unreadable` says why there can be none."""
        decode.kind(data)  # what is no photograph at all needs no process
        process = self._places.get()
        try:
            if process is None:
                process = _Process(self._memory)
            return process.read(data, self._seconds)
        finally:
            self._places.put(None if process is None or process.gone else process)

    def close(self) -> None:
        """End the processes, each after its photograph. The reader may be used again, and starts new ones then."""
        for process in [self._places.get() for _ in range(self._all)]:
            if process is not None:
                process.end()
            self._places.put(None)


class _Process:
    """One child and the line to it."""

    def __init__(self, memory: int) -> None:
        self._line, theirs = socket.socketpair()
        surroundings = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "LANG": "C.UTF-8"}
        with theirs:
            self._child = subprocess.Popen(  # noqa: S603 -- ourselves
                [sys.executable, "-m", __name__, str(theirs.fileno()), str(memory)],
                pass_fds=[theirs.fileno()],
                env=surroundings,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        self.gone = False
        self._ask(b"", START)

    def read(self, data: bytes, seconds: float) -> list[str]:
        answer = json.loads(self._ask(data, seconds))
        if isinstance(answer, str):
            raise Unreadable(Reason(answer))
        return [str(text) for text in answer]

    def _ask(self, data: bytes, seconds: float) -> bytes:
        """Send and wait for the answer, both within the time; else the process is ended, and so is this photograph."""
        until = time.monotonic() + seconds
        try:
            self._line.settimeout(seconds)
            _send(self._line, data)
            return _receive(self._line, until)
        except OSError:  # late, or dead
            self.end()
            raise Unreadable(Reason.TOO_COSTLY) from None

    def end(self) -> None:
        self.gone = True
        self._line.close()
        self._child.kill()
        self._child.wait()


def _send(line: socket.socket, message: bytes) -> None:
    line.sendall(_LENGTH.pack(len(message)) + message)


def _receive(line: socket.socket, until: float | None = None) -> bytes:
    """One message: its length in four bytes, then itself. `OSError` when the peer is gone or the time is up."""
    return _exactly(line, _LENGTH.unpack(_exactly(line, _LENGTH.size, until))[0], until)


def _exactly(line: socket.socket, count: int, until: float | None) -> bytes:
    found = bytearray()
    while len(found) < count:
        if until is not None:
            line.settimeout(max(0.001, until - time.monotonic()))
        more = line.recv(min(1 << 20, count - len(found)))
        if not more:
            raise ConnectionResetError
        found += more
    return bytes(found)


# ── over there ────────────────────────────────────────────────────────────────────────────────────────────────────────


def serve(line: socket.socket, memory: int) -> None:
    """The child: bound itself, then answer photograph after photograph until the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, whose end is ours
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    try:
        while True:
            _send(line, json.dumps(_answer(_receive(line))).encode())
    except OSError:
        return


def _answer(data: bytes) -> list[str] | str:
    """The codes, or the reason; the parent's first, empty message only imports the decoder, before any clock runs."""
    if not data:
        import zxingcpp  # noqa: F401
        from PIL import JpegImagePlugin, PngImagePlugin  # noqa: F401

        return []
    try:
        return decode.read(data)
    except Unreadable as no:
        return no.reason.value
    except MemoryError:
        return Reason.TOO_COSTLY.value


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])), int(sys.argv[2]))
