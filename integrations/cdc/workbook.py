"""The sender's own file back, with what was wrong in it: a 错误原因 column, and in workbooks the cells in red."""

import contextlib
import csv
import io
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from integrations.cdc import columns, formula, lists, sheets, texts

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

Problems = Mapping[int, Sequence[tuple[str, str]]]
"""For each row, by the number its `RawRow` had: the columns that are wrong, and the reason in Chinese."""

MOST_FAITHFUL = 20_000
"""Rows up to which a workbook keeps its look; a longer one comes back plain, or it would take a gigabyte to write."""

_RED, _WIDTH = "FFFFC7CE", 48


def mark(source: bytes, name: str, problems: Problems) -> bytes:
    """`source` (an .xlsx or .csv that `lists.read` has taken) with its problems marked, ready to mend and send again.

    Formulas come back as their values, and text that begins like one is quoted with `'`. Raises `ListRefused`, as
    `lists.read` would, for a file that is no list. `name` is what the file is called; it decides nothing.
    """
    del name  # the bytes tell the kind of file; a wrong ending must not make a wrong file
    if not lists.is_workbook(source):
        return _mark_text(source, problems)
    sheet = sheets.open_list(source, lists.MOST_ROWS)
    if sheet.height <= MOST_FAITHFUL:
        # openpyxl is pickier than the reader, in many ways; the report must not fail over a file's look.
        with contextlib.suppress(Exception):
            return _mark_faithfully(source, sheet, problems)
    return _mark_plainly(sheet, problems)


def reasons(problems: Sequence[tuple[str, str]]) -> str:
    """One cell's text for a row's problems: `证件号码：校验位不对；联系电话：没有填写`."""
    return "；".join(f"{column}：{reason}" for column, reason in problems)


def _mark_faithfully(source: bytes, sheet: sheets.Sheet, problems: Problems) -> bytes:
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about parts of the look that openpyxl cannot keep
        book = load_workbook(io.BytesIO(source), data_only=True, keep_links=False)
    for worksheet in book.worksheets:
        _quote(worksheet)
    _paint(book[sheet.name], sheet, problems)
    return _saved(book)


def _quote(worksheet: "Worksheet") -> None:
    for row in worksheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and cell.value.startswith(formula.STARTS):
                cell.value = formula.quoted(cell.value)


def _paint(worksheet: "Worksheet", sheet: sheets.Sheet, problems: Problems) -> None:
    """Red cells where something is wrong, and the reasons behind them."""
    from openpyxl.styles import Alignment, PatternFill
    from openpyxl.utils import get_column_letter

    red = PatternFill("solid", start_color=_RED)
    places = {column: index + sheet.left + 1 for index, column in enumerate(sheet.header.names) if column}
    last = places.get(columns.REASON, max(worksheet.max_column, len(sheet.header.names) + sheet.left) + 1)
    for number in range(sheet.header_row, worksheet.max_row + 1):
        _write(worksheet, number, last, "")
    _write(worksheet, sheet.header_row, last, columns.REASON)
    worksheet.column_dimensions[get_column_letter(last)].width = _WIDTH
    for number, wrong in problems.items():
        cell = _write(worksheet, number, last, formula.quoted(reasons(wrong)))
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        for column, _ in wrong:
            if column in places:
                worksheet.cell(number, places[column]).fill = red


def _write(worksheet: "Worksheet", row: int, column: int, text: str) -> "Cell":
    """Write one cell, taking it out of a merged range first if it lies in one."""
    from openpyxl.cell import MergedCell

    cell = worksheet.cell(row, column)
    if isinstance(cell, MergedCell):
        for merged in [area for area in worksheet.merged_cells.ranges if cell.coordinate in area]:
            worksheet.unmerge_cells(str(merged))
        cell = worksheet.cell(row, column)
    cell.value = text or None
    return cell  # type: ignore[return-value]  # no merged cell is left here


def _mark_plainly(sheet: sheets.Sheet, problems: Problems) -> bytes:
    """Values only, written as they are read, so that a long list needs little memory."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import PatternFill

    book = Workbook(write_only=True)
    worksheet = book.create_sheet(sheet.name)
    red = PatternFill("solid", start_color=_RED)
    names = sheet.header.names
    for number, cells in sheet.every_row():
        row: list[Any] = [formula.quoted(cell) if isinstance(cell, str) else cell for cell in cells]
        wrong = {column for column, _ in problems.get(number, ())}
        for index, column in enumerate(names):
            if column in wrong:
                marked = WriteOnlyCell(worksheet, row[index])
                marked.fill = red
                row[index] = marked
        worksheet.append(_with_reason(row, number, sheet.header_row, names, problems))
    return _saved(book)


def _mark_text(source: bytes, problems: Problems) -> bytes:
    text = texts.decode(source)
    separator = texts.delimiter(text.text)
    header = texts.header(text.text, separator)
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator).writerows(_text_rows(text.text, separator, header, problems))
    # Excel opens GB18030 as it is; UTF-8 it recognises only by its mark, and a mended mixture has to be one of them.
    keeps = text.encoding == "gb18030" and not text.odd
    return out.getvalue().encode("gb18030" if keeps else "utf-8-sig")


def _text_rows(text: str, separator: str, header: columns.Header, problems: Problems) -> Iterator[list[str]]:
    for record in texts.records(text, separator):
        cells = [formula.quoted(cell) for cell in record.cells]
        if any(cells):
            cells = _with_reason(cells, record.number, header.index + 1, header.names, problems)
        yield cells


def _with_reason(
    row: Iterable[Any], number: int, header_row: int, names: tuple[str, ...], problems: Problems
) -> list[Any]:
    """`row` with its reasons in the 错误原因 column, which is added behind the last named one if there is none."""
    cells = list(row)
    if number < header_row:
        return cells
    cells += [""] * (len(names) - len(cells))
    reason = columns.REASON if number == header_row else formula.quoted(reasons(problems.get(number, ())))
    if columns.REASON in names:
        cells[names.index(columns.REASON)] = reason
        return cells
    return [*cells[: len(names)], reason, *cells[len(names) :]]


def _saved(book: Any) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
