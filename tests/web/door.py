"""The CDC's door on a real HTTP server, and a caller who holds every answer against openapi.json."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from bot.runner import Runner
from bot.web import api
from tests.web import described

TOKEN = "a-token-for-tests"
LISTS, RESULTS = "/api/v1/lists", "/api/v1/results"


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


class Cdc:
    """The CDC's system: posts lists, reads results."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.headers = {"Authorization": f"Bearer {TOKEN}"}

    def posts(self, body: Any, key: str | None = "list-1", **headers: str) -> requests.Response:
        """A list, as JSON unless it is bytes."""
        sent = self.headers | ({} if key is None else {"Idempotency-Key": key}) | headers
        given: Any = {"data": body} if isinstance(body, bytes) else {"json": body}
        return self._checked("post", LISTS, requests.post(f"{self.url}{LISTS}", headers=sent, timeout=30, **given))

    def reads(self, **query: str | int) -> requests.Response:
        """One page of results."""
        answer = requests.get(f"{self.url}{RESULTS}", query, headers=self.headers, timeout=30)
        return self._checked("get", RESULTS, answer)

    def follows(self, after: str = "", limit: int = 100) -> tuple[list[dict[str, Any]], str]:
        """Every result behind a cursor, and the cursor at the end."""
        found: list[dict[str, Any]] = []
        while True:
            page = self.reads(after=after, limit=limit).json()
            found += page["results"]
            after = page["next"]
            if not page["more"]:
                return found, after

    def _checked(self, method: str, path: str, answer: requests.Response) -> requests.Response:
        said = described.answer(path, method, answer.status_code)
        described.must_fit(answer.json(), described.body(said))
        assert set(said.get("headers", {})) - {"Retry-After"} <= set(answer.headers)
        return answer


@contextmanager
def opened(runner: Runner, token: str = TOKEN) -> Iterator[Cdc]:
    """The door of this desk, open on 127.0.0.1."""
    web = Flask("door", static_folder=None)
    web.register_blueprint(api.blueprint(api.Door(runner, token)))
    server = make_server("127.0.0.1", 0, web, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield Cdc(f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
