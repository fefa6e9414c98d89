"""Places where a process can die, counted one by one: around every statement, every commit and every call to WeCom."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import sqlalchemy as sa

from tests.faults.office import Office

CALLS = ("send_text", "send_card", "update_card")


class Crash(BaseException):
    """The process is gone: no handler may catch this, everything open is rolled back."""


def die() -> None:
    """Die within this process; a transaction under way is rolled back, as the database does for a dead client."""
    raise Crash


class Points:
    """Counts the places a piece of work comes by, and dies at the `at`-th (0 = never)."""

    def __init__(self, at: int = 0, die: Callable[[], None] = die) -> None:
        self._at, self._die = at, die
        self.passed: list[str] = []

    def __call__(self, name: str) -> None:
        """Come by."""
        self.passed.append(name)
        if len(self.passed) == self._at:
            self._die()

    @contextmanager
    def planted(self, office: Office) -> Iterator[None]:
        """Plant the points in an office's connections and in its client of WeCom, and take them out afterwards."""
        store, undo = office.store, list[Callable[[], object]]()
        for engine in (store.engine, store.reader):
            undo += [self._around_statements(engine, "before"), self._around_statements(engine, "after")]
        undo.append(self._around(store.engine.dialect, "do_commit", "commit"))
        undo += [self._around(office.wecom, name, name) for name in CALLS]
        try:
            yield
        finally:
            for one in undo:
                one()

    def survived(self, office: Office, work: Callable[[], object]) -> bool:
        """Do the work with the points planted; whether it was completed. Nothing of a crash is alive afterwards."""
        try:
            with self.planted(office):
                work()
        except Crash as crash:
            crash.__traceback__ = None  # its frames hold cursors, and those the lock
            office.store.let_go()
            return False
        return True

    def _around_statements(self, engine: sa.Engine, when: str) -> Callable[[], object]:
        def come_by(_conn: Any, _cursor: Any, statement: str, *_: object) -> None:
            self(f"{when} {' '.join(statement.split()[:3])}")

        name = f"{when}_cursor_execute"
        sa.event.listen(engine, name, come_by)
        return lambda: sa.event.remove(engine, name, come_by)

    def _around(self, owner: Any, method: str, name: str) -> Callable[[], object]:
        original = getattr(owner, method)

        def wrapped(*given: Any, **named: Any) -> Any:
            self(f"before {name}")
            result = original(*given, **named)
            self(f"after {name}")
            return result

        setattr(owner, method, wrapped)
        return lambda: delattr(owner, method)


def everywhere(office: Office, work: Callable[[], object]) -> Iterator[str]:
    """Do the work again and again, dying one place later each time; yields where, and stops when it was completed."""
    for at in count(1):
        points = Points(at)
        if points.survived(office, work):
            return
        yield points.passed[-1]
