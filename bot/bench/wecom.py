"""A WeCom that takes everything, each call after a fixed delay: what a sender meets over a real line. PORT SECONDS.

Not the sandbox: that one checks, remembers and shows every message, and would be measured instead of the sender.
"""

import itertools
import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_COUNT = itertools.count(1)


class Server(ThreadingHTTPServer):
    """A thread for each kept connection."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int, delay: float) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.delay = delay


class Handler(BaseHTTPRequestHandler):
    """gettoken at once; everything else after the delay."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def do_GET(self) -> None:
        """The token."""
        self._say(access_token="bench-token", expires_in=7200)  # noqa: S106 -- good for nothing

    def do_POST(self) -> None:
        """A message or an update, taken."""
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        time.sleep(self.server.delay)
        n = next(_COUNT)
        self._say(msgid=f"bench-{n}", response_code=f"code-{n}")

    def _say(self, **fields: object) -> None:
        body = json.dumps({"errcode": 0, "errmsg": "ok", **fields}).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self.wfile.write(head.encode() + body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    Server(int(sys.argv[1]), float(sys.argv[2])).serve_forever()
