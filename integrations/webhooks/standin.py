"""A stand-in for another system: a server that hears our webhook, checks it as a strict one would, and can fail.

It applies each `Idempotency-Key` once and refuses what the real one refuses: a bad or old signature, another body
under a known key. `will(…)` says how the next deliveries go wrong.
"""

import json
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from integrations.webhooks import client

PATH = "/told"
_MOST_BYTES = 1 << 20


class Mood(StrEnum):
    """How one delivery goes."""

    FINE = "fine"
    FAILS = "answers 500 and has applied nothing"
    LOSES = "applies it, then answers 500"
    LIES = "answers 200 with an error and has applied nothing"
    REFUSES = "answers 422"
    CROWDED = "answers 429"
    MOVED = "redirects to another address"
    HANGS = "takes it and says nothing until it is stopped"
    BREAKS = "closes the connection in the middle of the answer"


_INSTEAD: Mapping[Mood, tuple[int, dict[str, Any]]] = {
    Mood.FAILS: (500, {}),
    Mood.LIES: (200, {"error": "not applied"}),
    Mood.REFUSES: (422, {"error": "refused"}),
    Mood.CROWDED: (429, {}),
    Mood.MOVED: (307, {}),
}
_SILENT, _TORN = 0, -1  # in place of a status: no answer at all, or the beginning of one
_AFTERWARDS = {Mood.LOSES: 500, Mood.HANGS: _SILENT, Mood.BREAKS: _TORN}


@dataclass(frozen=True, slots=True)
class Heard:
    """One delivery as it arrived, and the status it got (below 1: no whole answer)."""

    key: str
    body: dict[str, Any]
    status: int
    path: str = PATH


class Standin:
    """`with Standin(key, clock) as heard:` listens on 127.0.0.1; `clock` gives Unix seconds to judge signatures by."""

    def __init__(self, key: str, clock: Callable[[], float], port: int = 0) -> None:
        self._key, self._clock, self.port = key, clock, port
        self.applied: dict[str, dict[str, Any]] = {}
        self.heard: list[Heard] = []
        self._moods: deque[Mood] = deque()
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where it listens; the port stays the same when it is stopped and started again."""
        return f"http://127.0.0.1:{self.port}{PATH}"

    def will(self, *moods: Mood) -> None:
        """Meet the next deliveries in these moods, one each; afterwards all is fine again."""
        self._moods.extend(moods)

    def start(self) -> None:
        """Listen."""
        self._stopping.clear()
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), _handler(self))
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="stand-in", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Be down: connections are refused until `start`."""
        self._stopping.set()
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()
        self._server = self._thread = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def examine(self, document: dict[str, Any]) -> str:  # noqa: ARG002 -- for those who know what they should hear
        """What is wrong with a document of the right signature; empty when nothing is."""
        return ""

    def hear(self, path: str, key: str, signature: str, body: bytes) -> tuple[int, dict[str, Any]]:
        """Judge one delivery: the status and the answer; below 1 there is to be no whole answer."""
        with self._lock:
            mood = self._moods.popleft() if self._moods else Mood.FINE
            status, answer = self._judge(mood, key, signature, body)
            self.heard.append(Heard(key, _object(body), status, path))
        if mood is Mood.HANGS:
            self._stopping.wait()
        return status, answer

    def _judge(self, mood: Mood, key: str, signature: str, body: bytes) -> tuple[int, dict[str, Any]]:
        if not client.genuine(self._key, signature, body, self._clock()):
            return 401, {"error": "signature"}
        if not key:
            return 400, {"error": "idempotency key"}
        if mood in _INSTEAD:
            return _INSTEAD[mood]
        if (wrong := self.examine(_object(body))) and key not in self.applied:
            return 422, {"error": wrong}
        if self.applied.setdefault(key, _object(body)) != _object(body):
            return 409, {"error": "another body came under this key"}
        return _AFTERWARDS.get(mood, 200), {"ok": True}


def _object(body: bytes) -> dict[str, Any]:
    found = json.loads(body)
    return found if isinstance(found, dict) else {}


def _handler(standin: Standin) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        # HTTP/1.0: no connection outlives its answer, so that a stand-in that is down is down
        def do_POST(self) -> None:
            length = min(int(self.headers.get("Content-Length") or 0), _MOST_BYTES)
            body, of = self.rfile.read(length), self.headers.get
            status, answer = standin.hear(self.path, of(client.IDEMPOTENCY, ""), of(client.SIGNATURE, ""), body)
            if status > 0:
                self._say(status, json.dumps(answer).encode())
            else:
                self._break_off(status)

        def _say(self, status: int, text: bytes) -> None:
            self.send_response(status)
            if status == 307:
                self.send_header("Location", f"http://127.0.0.1:{standin.port}/elsewhere")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def _break_off(self, status: int) -> None:
            if status == _TORN:
                self.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Length: 100\r\n\r\n{")
            self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    return Handler
