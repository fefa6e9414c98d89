"""List files made for the tests: workbooks and texts, good and hostile."""

import csv
import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

HEADER = (
    "名单编号", "姓名", "性别", "证件类型", "证件号码", "联系电话", "人员类别",
    "关联病例", "末次暴露日期", "区", "街道", "社区", "详细地址", "备注",
)  # fmt: skip
PERSON = (
    "L1", "张三", "男", "居民身份证", "350299198805120018", "14400000001", "密接",
    "病例1", "2022-03-15", "集美区", "侨英街道", "孙厝社区", "乐安里12号301室", "",
)  # fmt: skip


def person(**changes: Any) -> list[Any]:
    """One row of the list, with some columns changed."""
    return [changes.get(column, value) for column, value in zip(HEADER, PERSON, strict=True)]


def book(*rows: Sequence[Any], then: Callable[[Worksheet], object] | None = None) -> bytes:
    """A workbook of one sheet 名单 with these rows; `then` may do more to the sheet."""
    made = Workbook()
    sheet = made.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "名单"
    for row in rows:
        sheet.append(list(row))
    if then:
        then(sheet)
    return saved(made)


def saved(made: Workbook) -> bytes:
    """The bytes of a workbook."""
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def opened(data: bytes) -> Worksheet:
    """The sheet 名单 of a workbook, as openpyxl sees it."""
    sheet = load_workbook(io.BytesIO(data))["名单"]
    assert isinstance(sheet, Worksheet)
    return sheet


def text(*rows: Sequence[Any], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """A text file with these rows."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def rezipped(data: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """A workbook with its parts changed; a part for which `change` gives None is left out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            if (content := change(part, old.read(part))) is not None:
                new.writestr(part, content)
    return out.getvalue()
