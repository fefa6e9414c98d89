"""The two engines of the house and the one way to write: a keyed transaction, run again when the database asks.

SQLite: `BEGIN IMMEDIATE`, WAL, FULL; the library's default loses three updates of four without an error. Writers of
several processes queue fairly behind a file lock. PostgreSQL: READ COMMITTED with row locks taken by the callers.
Work given to `write` may run more than once, and a commit that errors may have committed: it must be keyed.
"""

import fcntl
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, TypeVar

import sqlalchemy as sa

from bot.state import prepared
from bot.state.machine import Stale

T = TypeVar("T")
ATTEMPTS = 5
PATIENCE = 2.0  # seconds at the gate; WeCom waits five for its answer, and the lock itself may take three
_RETRY = {"40001", "40P01"}  # serialization failure, deadlock


class Unavailable(Exception):
    """The database cannot be written now. Nothing of the work has been kept."""


class Store:
    """One database: `write(work)` for transactions, `read()` for lists on a connection that cannot write."""

    def __init__(self, url: str) -> None:
        self.url = sa.make_url(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = self._sqlite() if self.sqlite else self._postgres()
        self.reader = self._sqlite(read_only=True) if self.sqlite else self._postgres(read_only=True)
        self._kept = _Kept(self.engine)
        self._gate = _Gate(Path(f"{self.url.database}.lock")) if self.sqlite else None

    def write(self, work: Callable[[sa.Connection], T], *, hasty: bool = False) -> T:
        """Run `work` in one transaction and commit; run it again on deadlock, lost connection or a stale row.

        `hasty` gives up (`Unavailable`) when the queue of writers has taken `PATIENCE` seconds: somebody waits for the
        answer, and what waits behind a locked database would wait its three seconds for each writer before it.
        """
        last: Exception | None = None
        for attempt in range(ATTEMPTS):
            if attempt:
                time.sleep(0.01 * attempt * attempt)
            try:
                if self._gate is None:
                    return self._once(work)
                with self._gate.held(PATIENCE if hasty else None):
                    return self._once(work)
            except Stale as error:
                last = error
            except sa.exc.DBAPIError as error:
                last = error
                if not _worth_retrying(error):
                    break
        if isinstance(last, sa.exc.DBAPIError) and not isinstance(
            last, sa.exc.OperationalError | sa.exc.InterfaceError
        ):
            raise last
        raise Unavailable(type(last).__name__) from last

    def _once(self, work: Callable[[sa.Connection], T]) -> T:
        with self._kept.connection() as conn, conn.begin():
            return work(conn)

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A connection for lists: `query_only` on SQLite, a read-only session on PostgreSQL."""
        with self.reader.connect() as conn:
            yield conn

    def tidy(self) -> None:
        """Copy what SQLite has logged into its file while others write on; a writer who has to do it holds them all."""
        if self.sqlite:
            with self.read() as conn:
                conn.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)").close()

    def let_go(self) -> None:
        """Close every connection that is not in use; the next transaction opens its own."""
        self._kept.close()
        self.engine.dispose()
        self.reader.dispose()

    def close(self) -> None:
        """Close everything, for good."""
        self.let_go()
        if self._gate is not None:
            self._gate.close()

    def _sqlite(self, *, read_only: bool = False) -> sa.Engine:
        engine = sa.create_engine(
            self.url,
            connect_args={"timeout": 3, "check_same_thread": False},
            pool_size=16,
            max_overflow=16,
            hide_parameters=True,  # an error in the log must not carry people's data
        )

        @sa.event.listens_for(engine, "connect")
        def connect(dbapi: Any, _: object) -> None:
            dbapi.isolation_level = None  # we begin, not the driver: see BEGIN IMMEDIATE below
            pragmas = ["journal_mode=WAL", "synchronous=FULL", "busy_timeout=3000", "foreign_keys=ON"]
            pragmas += ["cache_size=-24000", "temp_store=MEMORY"]  # kB: the look-up hashes of 100,000 people are 16 MB
            pragmas += ["wal_autocheckpoint=8000"]  # pages, where nobody tidies; each commit of a list writes 2,000
            pragmas += ["query_only=ON"] if read_only else []
            for pragma in pragmas:
                dbapi.execute(f"PRAGMA {pragma}")

        @sa.event.listens_for(engine, "begin")
        def begin(conn: sa.Connection) -> None:
            prepared.driven(conn, "BEGIN" if read_only else "BEGIN IMMEDIATE", ()).close()

        return engine

    def _postgres(self, *, read_only: bool = False) -> sa.Engine:
        options = "-c lock_timeout=2000 -c statement_timeout=5000 -c idle_in_transaction_session_timeout=10000"
        options += " -c default_transaction_read_only=on" if read_only else ""
        return sa.create_engine(
            self.url,
            isolation_level="AUTOCOMMIT" if read_only else "READ COMMITTED",  # a look needs no BEGIN and no ROLLBACK
            connect_args={"options": options},
            pool_pre_ping=True,
            pool_size=16,
            max_overflow=16,
            hide_parameters=True,
        )


class _Kept:
    """Connections that have written and will write again; the one used last goes first, its pages still in memory.

    To check one out of the pool, have it pinged and put it back takes longer than a statement (250 µs a tap). Whatever
    goes wrong in a transaction, its connection goes back to the pool; a lost one takes those beside it along, so that
    the next attempt does not meet them one by one.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._idle: deque[sa.Connection] = deque()

    @contextmanager
    def connection(self) -> Iterator[sa.Connection]:
        """A connection for one transaction."""
        try:
            conn = self._idle.pop()
        except IndexError:
            conn = self._engine.connect()
        try:
            yield conn
        except BaseException:
            if conn.invalidated:
                self.close()
            conn.close()
            raise
        self._idle.append(conn)

    def close(self) -> None:
        """Give back every connection that nobody writes on."""
        while self._idle:
            self._idle.pop().close()


class _Lanes:
    """Whose turn it is among this process's threads: who is waited for goes before work that can wait.

    Sixteen sender threads would otherwise let a member's tap stand behind sixteen letters. Every fifth place goes to
    the other lane all the same, so that nothing waits for ever; within a lane it is first come, first served.
    """

    IN_A_ROW = 4

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken = False
        self._waiting: dict[bool, deque[threading.Lock]] = {True: deque(), False: deque()}  # by `hasty`
        self._hasty_in_a_row = 0

    def enter(self, *, hasty: bool, patience: float | None) -> None:
        """Wait for this thread's turn; `Unavailable` after `patience` seconds."""
        with self._lock:
            if not self._taken:
                self._taken = True
                return
            turn = threading.Lock()
            turn.acquire()
            self._waiting[hasty].append(turn)
        if turn.acquire(timeout=-1 if patience is None else patience):
            return
        with self._lock:
            if turn in self._waiting[hasty]:  # else it was handed over at the last moment, and is ours
                self._waiting[hasty].remove(turn)
                raise Unavailable("too many writers wait")

    def leave(self) -> None:
        """Hand the turn to the next thread."""
        with self._lock:
            hasty, patient = self._waiting[True], self._waiting[False]
            first = hasty and not (patient and self._hasty_in_a_row >= self.IN_A_ROW)
            self._hasty_in_a_row = self._hasty_in_a_row + 1 if first else 0
            if lane := hasty if first else patient:
                lane.popleft().release()
            else:
                self._taken = False


class _Gate:
    """A fair queue for SQLite's one writer: `flock` hands over in order, busy-waiting does not (p99 636 → 52 ms)."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._path, self._clock = path, clock
        self._lanes = _Lanes()
        self._mine = threading.local()
        self._opened: list[IO[str]] = []

    @contextmanager
    def held(self, patience: float | None) -> Iterator[None]:
        """Hold the gate; `Unavailable` if it took longer than `patience` seconds to get through."""
        file = getattr(self._mine, "file", None)
        if file is None:
            file = self._mine.file = self._path.open("a")
            self._opened.append(file)
        if getattr(self._mine, "inside", False):
            raise RuntimeError("a transaction inside a transaction would wait for itself")
        since = self._clock()
        self._lanes.enter(hasty=patience is not None, patience=patience)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            if patience is not None and self._clock() - since > patience:
                raise Unavailable("too many writers wait")
            self._mine.inside = True
            yield
        finally:
            self._mine.inside = False
            fcntl.flock(file, fcntl.LOCK_UN)
            self._lanes.leave()

    def close(self) -> None:
        """Close the lock's files of every thread."""
        while self._opened:
            self._opened.pop().close()


def _worth_retrying(error: sa.exc.DBAPIError) -> bool:
    """Deadlock, serialization and a lost connection pass; a locked or full SQLite has waited long enough already."""
    if error.connection_invalidated or getattr(error.orig, "sqlstate", None) in _RETRY:
        return True
    return isinstance(error, sa.exc.IntegrityError) and not isinstance(error.orig, sqlite3.Error)
