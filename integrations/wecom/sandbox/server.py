"""The sandbox as one object: its world, its Flask app, and a server on 127.0.0.1."""

import threading
from types import TracebackType

from flask import Flask, Response, abort, request
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from integrations.wecom.sandbox import actions, api, control, courier, desk, faults, phones, settings, wire, world

UPLOAD_LIMIT = 24 * 1024 * 1024


class _QuietHandler(WSGIRequestHandler):
    """No line for each request on the terminal: the wire log has them all."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Write nothing."""


class Sandbox:
    """A WeCom on this machine. `.start()` opens a port (settings.port, 0 = any free one), `.url` is its address."""

    def __init__(self, conf: settings.Settings) -> None:
        self.settings = conf
        self.world = world.World(conf)
        self.log = wire.Log(self.world)
        self.faults = faults.Plan(self.world.rng)
        self.courier = courier.Courier(self.world, self.log, self.faults)
        self.thumb = actions.Thumb(self.world, self.courier)
        self.app = self._flask()
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None

    def _flask(self) -> Flask:
        app = Flask(__name__)
        app.json.ensure_ascii = False  # type: ignore[attr-defined]
        app.config["MAX_CONTENT_LENGTH"] = UPLOAD_LIMIT
        app.before_request(_only_this_machine)
        app.after_request(_guarded)
        app.register_blueprint(api.blueprint(self.world, self.log, self.faults))
        app.register_blueprint(
            control.blueprint(desk.Desk(self.world, self.log, self.faults, self.courier, self.thumb))
        )
        app.register_blueprint(phones.blueprint(self.world))
        return app

    @property
    def url(self) -> str:
        """http://127.0.0.1:port once started: the value for WECOM_API_BASE_URL."""
        return self.world.base_url

    def configure(self, callback_url: str | None) -> None:
        """Tell the platform the bot's callback address (often known only after both have started)."""
        self.world.configure(callback_url)

    def start(self) -> "Sandbox":
        """Listen in a thread; returns itself."""
        conf = self.settings
        self._server = make_server(conf.host, conf.port, self.app, threaded=True, request_handler=_QuietHandler)
        self.world.base_url = f"http://{conf.host}:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, name="sandbox-server", daemon=True
        )
        self._thread.start()
        return self

    def stop(self) -> None:
        """Release everyone who waits, finish the deliveries on the line, close the port."""
        self.world.close()
        self.courier.close()
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
            self._server = self._thread = None

    def __enter__(self) -> "Sandbox":
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def create(conf: settings.Settings) -> Sandbox:
    """A sandbox that is built but not yet listening."""
    return Sandbox(conf)


def _only_this_machine() -> None:
    """Refuse other machines, other host names (DNS rebinding) and other pages' scripts: there are no passwords here."""
    host = request.host.rsplit(":", 1)[0].strip("[]")
    origin = request.headers.get("Origin")
    if request.remote_addr not in settings.LOOPBACK or host not in settings.LOOPBACK:
        abort(403, "the sandbox answers on 127.0.0.1 only")
    if origin is not None and origin != request.host_url.rstrip("/"):
        abort(403, "the sandbox answers its own pages only")


def _guarded(response: Response) -> Response:
    response.headers.setdefault(
        "Content-Security-Policy",
        "default-src 'self'; img-src 'self' blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'self'",
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response
