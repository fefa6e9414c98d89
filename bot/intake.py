"""The operator's door for files: a list goes to the desk in batches; a directory and a roster all at once."""

import csv
import gc
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot import listing, reading
from bot.listing import Problem, Result
from bot.state import directory as law
from bot.state import roster
from bot.state.unit import Tx
from bot.turn import Event, Kind
from integrations.cdc import lists, texts

if TYPE_CHECKING:
    from rich.console import Console

    from bot.app import Core

__all__ = ["Problem", "Result", "RosterRefused", "contacts", "directory", "mark", "shifts", "take"]


class RosterRefused(Exception):
    """The roster cannot be taken; `args[0]` lists everything that is wrong with it, a line each."""


def contacts(core: "Core", file: Path) -> Result:
    """Take a list; every batch is a transaction of its own. `ListRefused` when the file cannot be read at all."""
    with reading.opened(file) as source:
        return take(core, source)


def take(core: "Core", source: reading.Portions, console: "Console | None" = None) -> Result:
    """Take a list that was opened before the desk was ready, and say on a terminal how far it is."""
    result = Result()
    ref = secrets.token_hex(12)
    run = listing.Run(core.runner, ref, ref)
    with _progress(console) as step, _nothing_to_collect():
        for batch in listing.batches_of(core.runner, source):
            result.add(run.rows(batch))
            step(len(batch))
            del batch
    run.close()
    return result


@contextmanager
def _nothing_to_collect() -> Iterator[None]:
    """A list makes millions of small values and no circles: looking for circles among them is a tenth of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@contextmanager
def _progress(console: "Console | None") -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, nothing elsewhere."""
    if console is None or not console.is_terminal:
        yield lambda _: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("名单", total=None)
        yield lambda count: progress.advance(task, count)


def mark(file: Path, to: Path, result: Result) -> None:
    """Write the file back with a 错误原因 column, to be mended and imported again."""
    problems: dict[int, list[tuple[str, str]]] = {}
    for one in result.problems:
        problems.setdefault(one.row, []).append((one.column, one.what))
    from integrations.cdc import workbook

    to.write_bytes(workbook.mark(file.read_bytes(), file.name, problems))


def directory(core: "Core", folder: Path) -> law.Taken:
    """Take areas.csv, staff.csv and, if there, hotels.csv and stock.csv of a folder; `DirectoryRefused` if not."""
    mistakes: list[law.Mistake] = []
    tables = [
        _table(folder / "areas.csv", law.AREAS, mistakes),
        _table(folder / "staff.csv", law.STAFF, mistakes),
        _table(folder / "hotels.csv", law.HOTELS, mistakes, required=False, more=law.PUSH),
        _table(folder / "stock.csv", law.STOCK, mistakes, required=False),
    ]
    if mistakes:
        raise law.DirectoryRefused(mistakes)
    cause = f"directory:{secrets.token_hex(12)}"

    def write(conn: sa.Connection) -> law.Taken:
        tx = Tx(conn, core.keys, core.runner.now(), cause)
        taken = law.take(tx, *tables)
        tx.flush()
        return taken

    done = core.store.write(write)
    _tell_the_roster(core, "directory", "directory", {})
    return done


def shifts(core: "Core", file: Path) -> dict[str, Any]:
    """Take a roster: how many `shifts`, `past` ones and `members`, and a sentence for each of its `gaps`.

    `RosterRefused` lists what is wrong with it; then nothing was changed.
    """
    mistakes: list[law.Mistake] = []
    rows = _table(file, roster.COLUMNS, mistakes)
    told = {"mistakes": [str(one) for one in mistakes]} if mistakes else {}
    told = told or _tell_the_roster(core, "shifts", "imported", {"rows": rows})
    if "shifts" not in told:
        raise RosterRefused("\n".join(told.get("mistakes", ["系统没有收下，没有改动，请稍后再试"])))
    return told


def _tell_the_roster(core: "Core", ref: str, name: str, data: dict[str, Any]) -> dict[str, Any]:
    """Hand something to the scenario that keeps the roster; what it answers."""
    the_id = f"roster:{secrets.token_hex(12)}"
    event = Event(the_id, Kind.START, core.runner.now(), flow="roster", ref=ref, name=name, data=data)
    return dict(core.runner.handle(event).data)


def _table(
    path: Path,
    columns: Sequence[str],
    mistakes: list[law.Mistake],
    *,
    required: bool = True,
    more: Sequence[str] = (),
) -> list[dict[str, str]]:
    """The rows of one CSV, every column present, those of `more` perhaps empty; encodings as for lists."""
    if not path.exists():
        if required:
            mistakes.append(law.Mistake(path.name, 1, columns[0], "文件不存在"))
        return []
    try:
        text = texts.decode(path.read_bytes())
        table = list(texts.records(text.text, ","))
    except (lists.ListRefused, csv.Error, OSError) as error:
        mistakes.append(law.Mistake(path.name, 1, columns[0], f"文件读不出来（{error}）；请另存为 UTF-8 的 .csv"))
        return []
    header = [name.strip().lstrip("\ufeff") for name in table[0].cells] if table else []
    if missing := [name for name in columns if name not in header]:
        mistakes.append(law.Mistake(path.name, 1, missing[0], f"缺少这一列；需要 {','.join(columns)}"))
        return []
    mistakes += [law.Mistake(path.name, line, columns[0], "有无法识别的文字，请重新填写") for line in sorted(text.torn)]
    while table and not any(table[-1].cells):
        table.pop()
    return [_row(path.name, record, header, (*columns, *more), mistakes) for record in table[1:]]


def _row(
    file: str, record: texts.Record, header: Sequence[str], columns: Sequence[str], mistakes: list[law.Mistake]
) -> dict[str, str]:
    """One row by its columns. A blank line is a mistake: the rows behind it could not be told by number."""
    if not any(record.cells):
        mistakes.append(law.Mistake(file, record.number, columns[0], "这一行是空的，请删掉"))
    if extra := len(record.cells) - len(header) if any(record.cells[len(header) :]) else 0:
        mistakes.append(
            law.Mistake(file, record.number, header[-1], f"本行比表头多{extra}格，请给含逗号的内容加上引号")
        )
    found = dict(zip(header, record.cells, strict=False))
    return {name: found.get(name, "").strip() for name in columns}
