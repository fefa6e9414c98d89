"""Running: gunicorn (gthread, one process, many threads) around the web, or the worker alone until it is told to stop.

The app is built after the fork: pools, threads and tickers that are copied by a fork are dead or shared (RELIABILITY
§1b). When the watchdog ends the worker process, gunicorn starts another.
"""

import gc
import signal
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bot import logs

if TYPE_CHECKING:
    from bot.app import App

TURN = 0.001  # seconds a thread may keep the interpreter: a member's tap stands behind a dozen senders', 5 ms each


def run(build: Callable[[], "App"], host: str, port: int, threads: int, *, web_only: bool = False) -> None:
    """Serve until SIGINT or SIGTERM."""
    from gunicorn.app.base import BaseApplication

    running: list[App] = []

    class Serving(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            options = {
                "bind": f"{host}:{port}",
                "workers": 1,
                "worker_class": "gthread",
                "threads": threads,
                "preload_app": False,
                "timeout": 30,
                "graceful_timeout": 10,
                "keepalive": 75,
                "limit_request_line": 8190,
                "loglevel": "warning",
                "worker_exit": _leave,
                "control_socket_disable": True,
            }
            for name, value in options.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self) -> Any:
            logs.start()
            sys.setswitchinterval(TURN)
            app = build()
            _settle()
            running.append(app)
            if not web_only:
                app.start()
            return app.web

    def _leave(_server: Any, _worker: Any) -> None:
        for app in running:
            app.stop()

    Serving().run()


def _settle() -> None:
    """Look once for circles in what has been built and never again: a full search stops every thread for 100 ms."""
    gc.collect()
    gc.freeze()


def run_worker(app: "App") -> None:
    """Send and keep time until SIGINT or SIGTERM."""
    logs.start()
    _settle()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    app.start()
    while not stop.wait(0.5):  # a wait without end can miss a signal that comes just before it
        pass
    app.stop()
