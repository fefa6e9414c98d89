"""A real HTTP server that answers like WeCom's API what a test tells it to, and remembers what it was asked."""

import dataclasses
import http.server
import json
import threading
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "fresh-token-of-the-app"


@dataclasses.dataclass(frozen=True)
class Asked:
    """One request as it came in."""

    method: str
    endpoint: str
    query: dict[str, str]
    body: bytes
    headers: dict[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclasses.dataclass(frozen=True)
class Answer:
    """One response; `silent` keeps the caller waiting, `hang_up` closes the connection without a word."""

    body: bytes = b'{"errcode":0,"errmsg":"ok"}'
    status: int = 200
    headers: dict[str, str] = dataclasses.field(default_factory=lambda: {"Content-Type": "application/json"})
    silent: bool = False
    hang_up: bool = False


def says(**fields: Any) -> Answer:
    """Give the API's JSON with these fields."""
    return Answer(json.dumps(fields).encode())


def token(value: str = TOKEN, expires_in: int = 7200) -> Answer:
    """Give what gettoken says."""
    return says(errcode=0, errmsg="ok", access_token=value, expires_in=expires_in)


class Api:
    """The server. `answers[endpoint]` is used up from the front; its last answer stays."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.answers: dict[str, list[Answer]] = {"gettoken": [token()]}
        self.released = threading.Event()
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def stop(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def calls(self, endpoint: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.endpoint == endpoint]

    def take(self, asked: Asked) -> Answer:
        with self._lock:
            self.asked.append(asked)
            planned = self.answers.get(asked.endpoint, [Answer()])
            return planned.pop(0) if len(planned) > 1 else planned[0]


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64  # twenty threads knock at once


def _handler(api: Api) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # or every answer waits 40 ms for an acknowledgement

        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def _answer(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            endpoint = parts.path.removeprefix("/cgi-bin/")
            answer = api.take(Asked(self.command, endpoint, query, body, dict(self.headers)))
            if answer.silent:
                api.released.wait()
            if answer.silent or answer.hang_up:
                self.close_connection = True
                return
            self.send_response(answer.status)
            for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)
            self.close_connection = "Content-Length" in answer.headers  # a promise not kept must come to an end

        def log_message(self, format: str, *args: Any) -> None:
            """Keep the test output quiet."""

    return Handler
