"""The CDC's list of people, read row by row from .xlsx or .csv; a file that cannot be read is refused with the cure."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from integrations.cdc import columns, formula, sheets, texts
from integrations.cdc.columns import ListRefused

__all__ = ["MOST_BYTES", "MOST_ROWS", "ListRefused", "RawRow", "is_workbook", "read"]

MOST_ROWS = 200_000
MOST_BYTES = 50 * 2**20


class RawRow(NamedTuple):
    """One row as it stands in the file; nothing in it has been checked. (A tuple: a hundred thousand are made.)

    `number`: what a spreadsheet shows beside the row. `values`: every column of `columns.COLUMNS` and 社区代码 as
    trimmed text, `""` where there is none; a number whose digits are lost reads `3.50299198805120E+17`.
    `raw`: the cells as read. `extra`: other columns that hold something, by their names. `notes`: what the reader did.
    `problem`: why the row cannot be trusted, `""` if it can.
    """

    number: int
    values: dict[str, str]
    raw: tuple[Any, ...]
    extra: dict[str, str]
    notes: tuple[str, ...] = ()
    problem: str = ""


def read(
    source: Path | bytes, name: str = "", *, most_rows: int = MOST_ROWS, most_bytes: int = MOST_BYTES
) -> Iterator[RawRow]:
    """The rows of a list, in order, blank ones left out.

    Raises `ListRefused` before the first row, never in the middle: what is wrong with the file as a whole is known by
    then. The kind of file is told by its bytes; `name` is only for a file without rows to be called by.
    """
    data = _bytes(source, most_bytes)
    rows = _sheet_rows(data, most_rows) if is_workbook(data) else _text_rows(data, most_rows)
    first = next(rows, None)
    if first is None:
        raise ListRefused(f"{name or '名单'}里只有表头，没有人员", "请把人员填在表头下面再上传")
    return chain((first,), rows)


def is_workbook(data: bytes) -> bool:
    """Whether `data` claims to be a workbook (new or old) rather than text."""
    return data.startswith((b"PK", b"\xd0\xcf\x11\xe0"))


def _bytes(source: Path | bytes, most_bytes: int) -> bytes:
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if size > most_bytes:
        raise ListRefused(f"文件有{size / 2**20:.1f}MB，最大{most_bytes // 2**20}MB", "请拆成几个文件上传")
    data = source if isinstance(source, bytes) else source.read_bytes()
    if not data.strip():
        raise ListRefused("文件是空的", "请确认选对了文件，再上传一次")
    return data


def _sheet_rows(data: bytes, most_rows: int) -> Iterator[RawRow]:
    sheet = sheets.open_list(data, most_rows)
    del data  # megabytes that nobody needs while the rows are taken
    layout = _Layout(sheet.header.names)
    merged = sheet.merged()
    speaking = {place for places in merged.values() for place in places}
    above: dict[tuple[int, int], Any] = {}
    for number, cells in sheet.rows():
        notes: tuple[str, ...] = ()
        if merged:
            above |= {(column, top): cells[column] for column, top in speaking if top == number}
            places = merged.get(number, ())
            for column, top in places:
                cells[column] = above[column, top]
            if places:
                notes = (f"合并单元格：{'、'.join(layout.names[column] for column, _ in places)}取自上方",)
        if row := layout.row(number, cells, notes):
            yield row


def _text_rows(data: bytes, most_rows: int) -> Iterator[RawRow]:
    text = texts.decode(data)
    del data
    separator = texts.delimiter(text.text)
    texts.judge(text.text, separator, most_rows)
    header = texts.header(text.text, separator)
    layout = _Layout(header.names)
    for record in texts.records(text.text, separator):
        if record.number <= header.index + 1:
            continue
        notes = (f"本行编码与全文({text.encoding})不同，请核对",) if not text.odd.isdisjoint(record.lines) else ()
        problem = _torn(record, text) or _shifted(record, len(header.names))
        if row := layout.row(record.number, record.cells, notes, problem):
            yield row


class _Layout:
    """Which cell of a row belongs to which column."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = tuple(name or f"第{index}列" for index, name in enumerate(names, 1))
        absent = [name for name in (*columns.COLUMNS, columns.CODE) if name not in self.names]
        self._all = (*self.names, *absent)
        self._blanks = [""] * len(absent)
        self._extra = [name for name in self.names if name not in columns.KNOWN]

    def row(self, number: int, cells: list[Any], notes: tuple[str, ...] = (), problem: str = "") -> RawRow | None:
        """The row of these cells; None if all are blank."""
        try:
            shown = list(map(str.strip, cells))
        except TypeError:
            shown = [sheets.shown(cell) for cell in cells]
        joined = "".join(shown)
        if not joined:
            return None
        if "'" in joined:
            shown = [formula.unquoted(text) for text in shown]
        if len(shown) != len(self.names):
            shown = (shown + [""] * len(self.names))[: len(self.names)]
        values = dict(zip(self._all, shown + self._blanks, strict=True))
        extra = {name: values.pop(name, "") for name in self._extra} if self._extra else {}
        if extra:
            extra = {name: text for name, text in extra.items() if text and name != columns.REASON}
        return RawRow(number, values, tuple(cells), extra, notes, problem)


def _torn(record: texts.Record, text: texts.Text) -> str:
    if text.torn.isdisjoint(record.lines):
        return ""
    return "本行有无法识别的文字，请在 Excel 里重新填写后另存为 .xlsx"


def _shifted(record: texts.Record, width: int) -> str:
    if any(record.cells[width:]):
        return f"本行比表头多{len(record.cells) - width}格，请给含逗号的内容加上引号"
    return ""
