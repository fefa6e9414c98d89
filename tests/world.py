"""A world for stories: the sandbox, the bot behind real HTTP, the demo directory, phones, and a movable clock."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType

import sqlalchemy as sa
from pydantic import SecretStr
from werkzeug.serving import WSGIRequestHandler, make_server

from bot import app, config, intake
from bot.demo import people
from bot.state import nudge
from integrations.wecom.sandbox import server
from integrations.wecom.sandbox.phone import Phone
from integrations.wecom.sandbox.settings import Settings as SandboxSettings

SECRET = "a-key-for-tests-and-for-nothing-else"


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


class World:
    """`with World(url, folder) as world:` — everything runs; `world.phone("li.fang").taps(…)` presses what is drawn."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.folder = folder
        self.offset = timedelta()
        members = people.members()
        self.sandbox = server.create(
            SandboxSettings(members=members, retry_delay=0.05, now=lambda: self.now().timestamp())
        )
        self.sandbox.start()
        conf = self.sandbox.settings
        self.settings = config.Settings(
            wecom_corp_id=conf.corp_id,
            wecom_agent_id=conf.agent_id,
            wecom_secret=SecretStr(conf.secret),
            wecom_token=SecretStr(conf.token),
            wecom_encoding_aes_key=SecretStr(conf.encoding_aes_key),
            wecom_api_base_url=self.sandbox.url,
            bihuan_database_url=database_url,
            bihuan_secret_key=SecretStr(SECRET),
            bihuan_api_token=SecretStr("a-token-for-tests"),
        )
        self.app = app.build(self.settings, self.now)
        self.core = self.app.core
        self._server = make_server("127.0.0.1", 0, self.app.web, threaded=True, request_handler=_Quiet)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> "World":
        self._thread.start()
        self.sandbox.configure(f"{self.url}/wecom/callback")
        self.app.sender.start()
        intake.directory(self.core, people.FOLDER)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self.app.stop()
        self.sandbox.stop()

    def now(self) -> datetime:
        """The world's clock: the wall's, moved."""
        return datetime.now(UTC) + self.offset

    def waits(self, **span: float) -> None:
        """Let time pass (`minutes=31`), and what has come due happen, down to the digests it is gathered in."""
        self.offset += timedelta(**span)
        self.app.scheduler.fire_due()
        with self.core.store.read() as conn:
            digest = conn.execute(
                sa.select(sa.func.max(nudge.table.c.at)).where(nudge.table.c.told_at.is_(None))
            ).scalar()
        if digest is not None and timedelta() < digest - self.now() < timedelta(minutes=3):
            self.offset += digest - self.now() + timedelta(seconds=1)
            self.app.scheduler.fire_due()
        self.app.sender.wake.set()

    def settle(self) -> None:
        """Let the sender look at what was just written; nobody waits for it."""
        self.app.sender.wake.set()

    def phone(self, userid: str) -> Phone:
        """A member's phone."""
        return Phone(self.sandbox.url, userid, patience=5)

    def list_arrives(self, text: str, name: str = "list.csv") -> intake.Result:
        """A list in CSV comes from the CDC."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        result = intake.contacts(self.core, path)
        self.app.sender.wake.set()
        return result
