"""Rows out of a .csv file: UTF-8 with or without BOM, UTF-16, GB18030, or lines of both glued together."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from integrations.cdc import columns
from integrations.cdc.columns import ListRefused

if TYPE_CHECKING:
    from _csv import Reader

DELIMITERS = ",\t;，"
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_QUOTES = "请检查引号是否成对；在 Excel 里打开后另存为 .xlsx 再上传最稳妥"


@dataclass(frozen=True, slots=True)
class Text:
    """A decoded file. `odd` are the lines (from 1) in another encoding than the rest, `torn` those in none."""

    text: str
    encoding: str
    odd: frozenset[int] = frozenset()
    torn: frozenset[int] = frozenset()


class Record(NamedTuple):
    """One row of cells: its number as a spreadsheet would count it, from 1, and the lines of the file it takes."""

    number: int
    cells: list[str]
    lines: range


def decode(data: bytes) -> Text:
    """`data` as text, its encoding found in its bytes; `ListRefused` if it is not text."""
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig")):
        if data.startswith(mark):
            return _marked(data, encoding)
    if _BINARY.search(data[:4096]) or data.lstrip()[:1] == b"<" or data.startswith(b"%PDF"):
        raise ListRefused("这不是表格文件", "请上传 .xlsx 或 .csv 格式的名单")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return _by_line(data)
    return Text(text, "utf-8") if text.isascii() or _reads_chinese(text) else _by_line(data)


def records(text: str, separator: str) -> Iterator[Record]:
    """Every row of `text`, blank ones too; `judge` has found that it can be read."""
    reader = _reader(text, separator)
    before = 0
    for number, cells in enumerate(reader, 1):
        yield Record(number, cells, range(before + 1, reader.line_num + 1))
        before = reader.line_num


def header(text: str, separator: str) -> columns.Header:
    """The header of `text`; `ListRefused` naming what it lacks."""
    head = islice(records(text, separator), columns.SEARCHED_ROWS)
    return columns.require(columns.find(record.cells for record in head))


def delimiter(text: str) -> str:
    """The delimiter with which the head of `text` shows most columns of the list; a comma if none does."""
    head = "\n".join(text[:20_000].splitlines()[: columns.SEARCHED_ROWS])

    def known(candidate: str) -> int:
        reader = csv.reader(io.StringIO(head, newline=""), delimiter=candidate)
        found = columns.find(reader)
        return len(found.known) if found else 0

    return max(DELIMITERS, key=known)


def judge(text: str, separator: str, most_rows: int) -> None:
    """Read all of `text` once, so that a fault in its last line refuses it before its first row is taken."""
    reader = _reader(text, separator)
    try:
        count = sum(1 for cells in reader if cells)
    except csv.Error as error:
        raise ListRefused(f"文件第{reader.line_num}行读不出来", _QUOTES) from error
    if count > most_rows + columns.SEARCHED_ROWS:
        raise ListRefused(f"名单超过{most_rows}行", "请拆成几个文件上传")


def _reader(text: str, separator: str) -> "Reader":
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)


def _marked(data: bytes, encoding: str) -> Text:
    try:
        return Text(data.decode(encoding), encoding)
    except UnicodeDecodeError:
        if encoding == "utf-16":
            raise ListRefused("文件编码读不出来", "请在 Excel 里另存为 .xlsx 再上传") from None
        return _by_line(data[3:])


def _by_line(data: bytes) -> Text:
    """Decode line by line: glued lists do change their encoding in the middle."""
    lines, kinds = [], []
    for line in data.split(b"\n"):
        text, kind = _line(line)
        lines.append(text)
        kinds.append(kind)
    main = max(("gb18030", "utf-8"), key=kinds.count)
    odd = frozenset(n for n, kind in enumerate(kinds, 1) if kind not in ("ascii", "torn", main))
    return Text("\n".join(lines), main, odd, frozenset(n for n, kind in enumerate(kinds, 1) if kind == "torn"))


def _line(line: bytes) -> tuple[str, str]:
    """A line's text and encoding. Bytes of both are taken for UTF-8 only if they read as Chinese that way."""
    if line.isascii():
        return line.decode("ascii"), "ascii"
    try:
        if _reads_chinese(text := line.decode()):
            return text, "utf-8"
    except UnicodeDecodeError:
        pass
    try:
        return line.decode("gb18030"), "gb18030"
    except UnicodeDecodeError:
        return line.decode("gb18030", errors="replace"), "torn"


def _reads_chinese(text: str) -> bool:
    """Whether `text` holds a character of three bytes or more; GB18030 looks like two-byte ones by accident."""
    return max(text) >= "\u2e80"
