"""The CDC's door for files: a list is read row by row and handed to the desk in batches; a directory all at once."""

import csv
import io
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot import listing
from bot.listing import Problem, Result
from bot.state import directory as law
from bot.state.unit import Tx
from integrations.cdc import lists, texts

if TYPE_CHECKING:
    from rich.console import Console

    from bot.app import Core

__all__ = ["Problem", "Result", "contacts", "directory", "mark"]


def contacts(core: "Core", file: Path, console: "Console | None" = None) -> Result:
    """Take a list; every batch is a transaction of its own. `ListRefused` when the file cannot be read at all."""
    data = file.read_bytes()
    rows = lists.read(data, file.name)
    result = Result()
    ref = secrets.token_hex(12)
    run = listing.Run(core.runner, ref, ref)
    with _progress(console, file.name) as step:
        for batch in listing.batches(rows):
            result.add(run.rows(batch))
            step(len(batch))
    run.close()
    return result


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
