"""From the rows of a file to readings, portion by portion: here, or for a long list in a second process, one ahead.

Reading, checking and sealing a row costs as much as recognising and writing it, so two processes take a long list in
half the time, and what its file does to memory ends with the process that read it. Keys and tree go there over a line
nobody else can read; what comes back over it is our own, and nothing else may be said on it.
"""

import gc
import logging
import os
import re
import secrets
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import chain, islice, repeat
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from bot.state import area, listed
from bot.state.listed import Given, Reading
from bot.state.rules import Rules, day
from bot.state.sealed import Keyring
from integrations.cdc import lists
from integrations.cdc.lists import ListRefused, RawRow

log = logging.getLogger(__name__)
LONG = 200_000  # bytes of a file that is worth a second process, half a second to start; about a thousand rows
_SOON = 300  # rows of the first portion from over there: while they are written, the second one is being read
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")  # PostgreSQL keeps no NUL, and half a character has no bytes


class Torn(RuntimeError):
    """Reading broke off by a defect of ours, or with the second process; portions before it have been given out.

    `number` is what people can name on the phone: the log has it too.
    """

    def __init__(self, kind: str) -> None:
        self.number = f"Q-{secrets.token_hex(3).upper()}"
        super().__init__(f"{kind}, {self.number}")
        log.error("rows could not be read", extra={"number": self.number, "error": kind})


class By(NamedTuple):
    """By what rows are judged when they are read."""

    keys: Keyring
    tree: str
    rules: Rules
    now: Callable[[], datetime]

    def clock(self) -> tuple[datetime, frozenset[str]]:
        """This moment, and the categories of its day."""
        now = self.now()
        return now, frozenset(self.rules.on(day(now)).categories)


def portions(rows: Iterable[RawRow], size: int, by: By) -> Iterator[list[Reading]]:
    """Readings of `size` rows at a time."""
    left, tree = iter(rows), area.grown(by.tree)
    while found := _portion(left, size, listed.Reader(by.keys, *by.clock(), tree)):
        if isinstance(found, str):
            raise Torn(found)
        yield found


Portions = Callable[[int, By], Iterator[list[Reading]]]


@contextmanager
def opened(file: Path) -> Iterator[Portions]:
    """What gives the readings of a file, so many at a time or fewer; a second process for a long one starts here.

    `ListRefused` before the first readings when the file cannot be read at all.
    """
    if file.stat().st_size <= LONG:
        yield lambda size, by: portions(lists.read(file, file.name), size, by)
        return
    with _Ahead(file) as ahead:
        yield ahead.portions


def _portion(rows: Iterator[RawRow], size: int, reader: listed.Reader) -> list[Reading] | str:
    """The next readings, none at the end; the kind of a defect, whose words may hold what it choked on."""
    try:
        return reader.read([Given(row.number, row.values, _problem(row)) for row in islice(rows, size)])
    except Exception as error:
        return type(error).__name__


def _problem(row: RawRow) -> str:
    """Why the row cannot be taken as it stands: the reader's reason, or letters that cannot be kept."""
    if row.problem or not _UNKEEPABLE.search("".join(row.values.values())):
        return row.problem
    columns = [name for name, text in row.values.items() if _UNKEEPABLE.search(text)]
    return f"「{'、'.join(columns)}」里有无法保存的字符，请重新填写"


class _Ahead:
    """The second process and the line to it; it reads a portion while the one before it is being used, and no more."""

    def __init__(self, file: Path) -> None:
        self._line, theirs = Pipe()
        with theirs:
            self._child = subprocess.Popen(  # noqa: S603 -- ourselves
                [sys.executable, "-m", __name__, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "LANG": "C.UTF-8"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # a stack may name what it choked on
            )
        self._line.send(file)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._line.close()
        self._child.kill()
        self._child.wait()

    def portions(self, size: int, by: By) -> Iterator[list[Reading]]:
        """Readings, `size` at a time after a short beginning."""
        sizes = chain([min(size, _SOON)], repeat(size))
        try:
            self._line.send((by.keys, by.tree))
            self._line.send((next(sizes), *by.clock()))
            while found := self._line.recv():
                if isinstance(found, tuple):
                    raise ListRefused(*found)
                if isinstance(found, str):
                    raise Torn(found)
                self._line.send((next(sizes), *by.clock()))
                yield found
                del found  # a portion is many megabytes: none is kept while the next one arrives
        except (EOFError, ConnectionError) as error:
            raise Torn(type(error).__name__) from None


# ── over there ────────────────────────────────────────────────────────────────────────────────────────────────────────


def serve(line: Connection) -> None:
    """The second process: the file is begun at once; a portion for every question, an empty one at the end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, whose end is ours
    gc.disable()  # millions of small values and no circles
    file = line.recv()
    try:
        rows, refused = lists.read(file, file.name), None
    except ListRefused as error:
        rows, refused = iter(()), (error.what, error.cure)
    keys, tree = line.recv()
    grown = area.grown(tree)
    while True:
        size, now, categories = line.recv()
        line.send(refused or _portion(rows, size, listed.Reader(keys, now, categories, grown)))


if __name__ == "__main__":
    with suppress(EOFError, ConnectionError):  # the parent is gone, or has all it wanted
        serve(Connection(int(sys.argv[1])))
