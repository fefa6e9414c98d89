"""Who is in the demo world: read from its own files, for the bot's directory and for the sandbox's phones."""

import csv
from collections.abc import Iterator
from pathlib import Path

from integrations.wecom.sandbox.settings import Member

FOLDER = Path(__file__).parent
LIST = FOLDER / "list.csv"
PHONES = ("li.fang", "wang.qiang", "zheng.yi")  # who sits at the phones when the demo opens


def members() -> tuple[Member, ...]:
    """The sandbox's members: everybody of staff.csv, each once."""
    return tuple({one.userid: one for one in _read()}.values())


def _read() -> Iterator[Member]:
    with (FOLDER / "staff.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield Member(row["账号"], row["姓名"])


def workbook(folder: Path) -> Path:
    """The demo's list as the CDC sends it: an .xlsx with every cell as text."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.create_sheet("名单", 0)
    with LIST.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            sheet.append(row)
    path = folder / "流调结果名单.xlsx"
    book.save(path)
    return path
