"""Who is in the demo world: read from its own files, for the bot's directory and for the sandbox's phones."""

import csv
from collections.abc import Iterator
from pathlib import Path

from integrations.wecom.sandbox.settings import Member

FOLDER = Path(__file__).parent
LIST = FOLDER / "list.csv"
BABY = "姓名：王小宝 证件号：350299202609010013 电话：14400001001 关系：子女 核实反馈结果：判定后再核实 是否陪护：否"
GRANDMOTHER = (
    "姓名：陈阿英 证件号：350299195209180029 电话：14400001014 关系：祖辈 核实反馈结果：1 门磁：是 "
    "备注：老人在家，愿意转运 转运意愿：愿意 特殊需求：轮椅 是否陪护：否"
)
"""Two of 王建明's household of five whom the list has left out; a worker may paste these to supplement them."""
MISSING = {"baby": BABY, "grandmother": GRANDMOTHER}
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


def directory(folder: Path, url: str, key: str) -> Path:
    """The demo's directory as an operator keeps it, with a hotel whose own system wants to be told at `url`."""
    folder.mkdir(exist_ok=True)
    for name in ("areas.csv", "staff.csv"):
        (folder / name).write_text((FOLDER / name).read_text(encoding="utf-8"), encoding="utf-8")
    head, first, *rest = (FOLDER / "hotels.csv").read_text(encoding="utf-8").splitlines()
    lines = [f"{head},推送地址,推送密钥", f"{first},{url},{key}", *(f"{line},," for line in rest)]
    (folder / "hotels.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "hotels.csv").chmod(0o600)
    return folder
