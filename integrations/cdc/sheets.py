"""Rows out of an .xlsx file, read by calamine after `guard` has judged the bytes."""

import datetime
import io
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from integrations.cdc import columns, guard
from integrations.cdc.columns import ListRefused

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

SHARED = frozenset(("人员类别", "关联病例", "末次暴露日期", "区", "街道", "社区", columns.CODE, "详细地址", "备注"))
"""Columns in which cells merged downwards speak for every row; nobody shares a name, a document or a number."""

_TRUSTED = 1e15  # spreadsheets keep 15 digits of a number


class Sheet:
    """The one sheet of a workbook that holds a list: its header, and its rows from first to last."""

    def __init__(self, sheet: "CalamineSheet", header: columns.Header) -> None:
        self.name, self.header = sheet.name, header
        self.height = sheet.end[0] + 1 if sheet.end else 0
        self.left = sheet.start[1] if sheet.start else 0
        """Empty columns left of the list. The reader leaves them out, but not the empty rows above it."""
        self._sheet = sheet

    @property
    def header_row(self) -> int:
        """The number a spreadsheet shows beside the header, from 1."""
        return self.header.index + 1

    def every_row(self) -> Iterator[tuple[int, list[Any]]]:
        """Each row of the sheet, blank ones too: the number a spreadsheet shows beside it, and its cells."""
        return enumerate(self._sheet.iter_rows(), 1)

    def rows(self) -> Iterator[tuple[int, list[Any]]]:
        """As `every_row`, below the header."""
        return islice(self.every_row(), self.header_row, None)

    def merged(self) -> dict[int, list[tuple[int, int]]]:
        """For each row, the columns (from 0) whose value stands merged in a row above, and that row's number."""
        found: dict[int, list[tuple[int, int]]] = {}
        ranges = self._sheet.merged_cell_ranges or ()
        if sum(min(bottom, self.height) - top for (top, _), (bottom, _) in ranges) > self.height * len(
            self.header.names
        ):
            raise ListRefused("合并单元格互相重叠", "请取消合并单元格，每行都填上内容")
        for (top, first), (bottom, _) in ranges:
            column = first - self.left
            if 0 <= column < len(self.header.names) and self.header.names[column] in SHARED and top >= self.header_row:
                for number in range(top + 2, min(bottom + 1, self.height) + 1):
                    found.setdefault(number, []).append((column, top + 1))
        return found


def open_list(data: bytes, most_rows: int) -> Sheet:
    """The sheet of `data` that holds the list; `ListRefused` if there is none, or more than one."""
    guard.check(data, most_rows)
    book = _opened(data)
    found: list[Sheet] = []
    nearest: columns.Header | None = None
    for name in _visible(book):
        sheet = _sheet(book, name)
        header = columns.find(_first_rows(sheet))
        nearest = nearest or header
        if header and set(columns.REQUIRED) <= header.known:
            found.append(Sheet(sheet, header))
    if len(found) > 1:
        raise ListRefused(
            f"有{len(found)}个工作表都是名单：{'、'.join(s.name for s in found)}", "请只保留一个，或分开上传"
        )
    if not found:
        columns.require(nearest)
    columns.require(found[0].header)
    return found[0]


def shown(value: Any) -> str:
    """A cell as text. Numbers of more than 15 digits appear as a spreadsheet shows them, `3.50299198805120E+17`:
    their last digits are lost, and the form tells."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time.min else value.isoformat(" ", "seconds")
    return "" if value is None else str(value)


def _number(value: float) -> str:
    if abs(value) >= _TRUSTED:
        return f"{value:.14E}"
    return str(int(value)) if value == int(value) else repr(value)


def _visible(book: "CalamineWorkbook") -> list[str]:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    return [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.typ is SheetTypeEnum.WorkSheet and sheet.visible is SheetVisibleEnum.Visible
    ]


def _first_rows(sheet: "CalamineSheet") -> Iterator[Sequence[str]]:
    for row in islice(sheet.iter_rows(), columns.SEARCHED_ROWS):
        yield [shown(cell) for cell in row]


def _opened(data: bytes) -> "CalamineWorkbook":
    from python_calamine import CalamineWorkbook

    with _Reader():
        return CalamineWorkbook.from_filelike(io.BytesIO(data))


def _sheet(book: "CalamineWorkbook", name: str) -> "CalamineSheet":
    with _Reader():
        return book.get_sheet_by_name(name)


class _Reader:
    """Turns whatever the reader raises into `ListRefused`; it is Rust, and may also panic (a BaseException)."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if error is None or isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit | MemoryError):
            return
        raise ListRefused("表格读不出来，文件可能已损坏", "请用 Excel 或 WPS 打开后另存为 .xlsx 再上传") from error
