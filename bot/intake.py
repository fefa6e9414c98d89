"""The CDC's door for files: a list is read row by row and handed to the desk in batches; a directory all at once."""

import csv
import io
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.runner import Runner
from bot.state import directory as law
from bot.state.unit import Tx
from bot.turn import Event, Kind
from integrations.cdc import lists, texts
from integrations.cdc.lists import RawRow

if TYPE_CHECKING:
    from rich.console import Console

    from bot.app import Core

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to say about one row: where, what, the cure. `str()` shows no value, so it may be printed."""

    row: int
    column: str
    value: str
    what: str
    kind: str

    def __str__(self) -> str:
        return f"第{self.row}行「{self.column}」：{self.what}"


@dataclass(slots=True)
class Result:
    """The report of an import."""

    counts: dict[str, int] = field(default_factory=dict)
    report: list[Problem] = field(default_factory=list)

    @property
    def problems(self) -> list[Problem]:
        """What was refused."""
        return [one for one in self.report if one.kind == "refused"]

    @property
    def summary(self) -> str:
        """One line of figures."""
        count = self.counts.get
        return (
            f"新增 {count('taken', 0)} 人（待分派 {count('unplaced', 0)}），合并 {count('merged', 0)}，"
            f"无变化 {count('unchanged', 0)}，拒收 {count('refused', 0)} 行。"
        )

    def add(self, data: dict[str, Any]) -> None:
        """Add one batch's report."""
        for name, count in data["counts"].items():
            self.counts[name] = self.counts.get(name, 0) + count
        self.report += [Problem(**one) for one in data["report"]]


def contacts(core: "Core", file: Path, console: "Console | None" = None) -> Result:
    """Take a list; every batch is a transaction of its own. `ListRefused` when the file cannot be read at all."""
    data = file.read_bytes()
    rows = lists.read(data, file.name)
    result = Result()
    run = _Run(core.runner, secrets.token_hex(12))
    with _progress(console, file.name) as step:
        for batch in _batches(rows):
            answer = run.rows(batch)
            result.add(dict(answer))
            step(len(batch))
    run.close()
    return result


class _Run:
    """One import: its own conversation, one event a batch, one to close."""

    def __init__(self, runner: Runner, ref: str) -> None:
        self.runner, self.ref, self.n = runner, ref, 0

    def rows(self, batch: Sequence[RawRow]) -> dict[str, Any]:
        """Hand over a batch; its report."""
        rows = [{"number": row.number, "values": row.values, "problem": row.problem} for row in batch]
        answer = self.runner.handle(self._event("rows", {"rows": rows}))
        if "counts" not in answer.data:
            raise RuntimeError(f"batch {self.n} was not taken: {answer.outcome}")
        return dict(answer.data)

    def close(self) -> None:
        """Nothing more comes."""
        self.runner.handle(self._event("close", {}))

    def _event(self, name: str, data: dict[str, Any]) -> Event:
        self.n += 1
        now = self.runner.now()
        return Event(
            f"list:{self.ref}:{self.n}", Kind.START, now, flow="intake", ref=self.ref, name=name, data=data, keep=False
        )


def _batches(rows: Iterator[RawRow]) -> Iterator[list[RawRow]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


@contextmanager
def _progress(console: "Console | None", name: str) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, nothing elsewhere."""
    if console is None or not console.is_terminal:
        yield lambda _: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(name, total=None)
        yield lambda count: progress.advance(task, count)


def mark(file: Path, to: Path, result: Result) -> None:
    """Write the file back with a 错误原因 column, to be mended and imported again."""
    problems: dict[int, list[tuple[str, str]]] = {}
    for one in result.problems:
        problems.setdefault(one.row, []).append((one.column, one.what))
    from integrations.cdc import workbook

    to.write_bytes(workbook.mark(file.read_bytes(), file.name, problems))


def directory(core: "Core", folder: Path) -> law.Taken:
    """Take areas.csv, staff.csv and hotels.csv (optional) of a folder; `DirectoryRefused` lists what is wrong."""
    mistakes: list[law.Mistake] = []
    tables = [
        _table(folder / "areas.csv", law.AREAS, mistakes),
        _table(folder / "staff.csv", law.STAFF, mistakes),
        _table(folder / "hotels.csv", law.HOTELS, mistakes, required=False),
    ]
    if mistakes:
        raise law.DirectoryRefused(mistakes)
    cause = f"directory:{secrets.token_hex(12)}"

    def write(conn: sa.Connection) -> law.Taken:
        tx = Tx(conn, core.keys, core.runner.now(), cause)
        taken = law.take(tx, *tables)
        tx.flush()
        return taken

    return core.store.write(write)


def _table(
    path: Path, columns: Sequence[str], mistakes: list[law.Mistake], *, required: bool = True
) -> list[dict[str, str]]:
    """The rows of one CSV, every column present; encodings as for lists."""
    if not path.exists():
        if required:
            mistakes.append(law.Mistake(path.name, 1, columns[0], "文件不存在"))
        return []
    text = texts.decode(path.read_bytes()).text
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    missing = [name for name in columns if name not in (reader.fieldnames or ())]
    if missing:
        mistakes.append(law.Mistake(path.name, 1, missing[0], f"缺少这一列；需要 {','.join(columns)}"))
        return []
    return [{name: row.get(name) or "" for name in columns} for row in reader if any(row.values())]
