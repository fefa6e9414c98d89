"""The store room's commands: print labels, or again, register another maker's batch, retire one, list them all."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa

from bot.app import Core
from bot.state import code, supply
from bot.state.base import new_id
from bot.state.batch import State
from bot.state.supply import NotSupplied, Stand
from bot.state.unit import Tx
from cards import labels as words
from integrations.qr import sheets

T = TypeVar("T")
OPERATOR = "operator"
HEAD = ("批次", "厂家", "状态", "总数", "未绑定", "已绑定", "已撤销", "已停用", "印次", "日期")
MOST_BYTES = 8 * 1024 * 1024


class Paper(StrEnum):
    """What is printed on."""

    A4 = "a4"
    BAND = "band"
    CSV = "csv"


def print_labels(core: Core, count: int, outs: Mapping[Path, Paper]) -> str:
    """A new batch of `count` codes on each of the papers; its name. The codes are kept before anything is written."""
    made, shorts = _does(core, lambda tx: supply.print_new(tx, count))
    _write(core, made.name, shorts, outs)
    return made.name


def reprint(core: Core, name: str, only: Sequence[str], outs: Mapping[Path, Paper]) -> int:
    """The sheet of a batch once more, as far as nobody was bound to its codes; how many there are on it."""
    shorts = _does(core, lambda tx: supply.reprint(tx, name, only))
    _write(core, name, shorts, outs)
    return len(shorts)


def register(core: Core, name: str, maker: str, form: str, file: Path | None, span: str) -> int:
    """Another maker's batch from a file (one code a line, or the first column of a CSV) or a range; how many codes."""
    codes = supply.spread(span) if span else _codes(file)
    return _does(core, lambda tx: supply.register(tx, name, maker, form, codes)).count


def retire(core: Core, name: str, reason: str) -> int:
    """Take a batch out of use; how many bands that nobody wears fell with it."""
    return _does(core, lambda tx: supply.retire(tx, name, reason))


def table(core: Core) -> list[tuple[str, ...]]:
    """Every batch as the cells of `HEAD`; days are UTC."""
    return [_row(one) for one in _does(core, supply.stands)]


def _row(one: Stand) -> tuple[str, ...]:
    made = one.batch
    counts = (made.count, one.stock, one.bound, one.freed, one.retired, made.printed)
    return (made.name, made.maker or "—", State(made.state).label, *map(str, counts), f"{made.created_at:%Y-%m-%d}")


def _does(core: Core, work: Callable[[Tx], T]) -> T:
    cause = f"supplies:{new_id(core.runner.now())}"

    def unit(conn: sa.Connection) -> T:
        tx = Tx(conn, core.keys, core.runner.now(), cause, OPERATOR)
        done = work(tx)
        tx.flush()
        return done

    return core.store.write(unit)


def _write(core: Core, name: str, shorts: Sequence[str], outs: Mapping[Path, Paper]) -> None:
    """Each file complete or not at all: a sheet that breaks off would be taken for the whole."""
    try:
        for out, paper in outs.items():
            part = out.with_name(out.name + ".part")
            part.write_text(_sheet(core, name, shorts, paper), encoding="utf-8")
            part.replace(out)
    except OSError as error:
        raise NotSupplied(
            f"码已登记在批次 {name}，但文件没有写成（{error.strerror}）。改好路径后运行：bihuan labels --reprint {name}"
        ) from None


def _sheet(core: Core, name: str, shorts: Sequence[str], paper: Paper) -> str:
    if paper is Paper.CSV:
        written = io.StringIO()
        rows = csv.writer(written, lineterminator="\n")
        rows.writerow(("code", "payload"))
        rows.writerows((code.shown(short), code.payload(core.keys, short)) for short in shorts)
        return written.getvalue()
    what = words.CARD if paper is Paper.A4 else words.BAND
    labels = [
        sheets.Label(code.payload(core.keys, short), code.shown(short), what, words.foot(name)) for short in shorts
    ]
    draw = sheets.a4 if paper is Paper.A4 else sheets.bands
    return draw(labels, words.title(name, len(labels)), words.ADVICE)


def _codes(file: Path | None) -> list[str]:
    if file is None:
        raise NotSupplied("请用 --codes 给出编码文件，或用 --range 给出编号范围。")
    if file.stat().st_size > MOST_BYTES:
        raise NotSupplied("编码文件超过 8 MB。请分批。")
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise NotSupplied("编码文件不是 UTF-8 文本。请另存为 UTF-8 的 .txt 或 .csv。") from None
    return [row[0].strip() for row in csv.reader(text.splitlines()) if row and row[0].strip()]
