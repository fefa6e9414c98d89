"""Invented people by the hundred thousand, and the city they live in: the same n gives the same person every time.

Nobody real can be meant: 350299 is a region nobody is born in, 1440… numbers belong to machines, the communities are
made of word pairs. Check characters and birth dates are right, so every row passes every rule of a real list.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from integrations.cdc import columns

REGION = "350299"
MOST = 9_999_999  # seven digits are left behind 1440
DISTRICTS, STREETS = 6, 8  # streets in each district
WORKERS = 2  # in each community: a tap tells the colleague who has it

_FAMILY = "王林陈张李黄吴刘蔡杨许郑谢洪郭叶曾庄苏周"
_GIVEN = "安宁平和建明秀英丽华伟芳志强淑珍晓东文清国荣海燕思源雨桐子涵"
_FIRST = "东南西北中上下前后长永安和福吉瑞"
_SECOND = "兴乐康泰源园林山湖江海桥店塘坡里"
_NUMERALS = "甲乙丙丁戊己庚辛"
_CATEGORIES = ("密接", "密接", "次密接", "一般接触者", "入境人员")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_FIRST_BIRTHDAY, _BIRTHDAYS = date(1940, 1, 1), 25_000


@dataclass(frozen=True, slots=True)
class Community:
    """Where people live: the names a list gives, the code the directory knows."""

    code: str
    name: str
    street: str
    district: str

    @property
    def workers(self) -> tuple[str, ...]:
        """The userids of who serves it; the first of them holds the phone in the bench."""
        return tuple(f"w{self.code}{letter}" for letter in "ab"[:WORKERS])


def communities() -> list[Community]:
    """All 256 of them, spread over 48 streets and 6 districts."""
    found = []
    for number, (first, second) in enumerate((a, b) for a in _FIRST for b in _SECOND):
        district, street = number % DISTRICTS, number // DISTRICTS % STREETS
        found.append(
            Community(
                f"{REGION}{district + 1}{street + 1:02d}{number:03d}",
                f"{first}{second}社区",
                f"{_NUMERALS[district]}{_NUMERALS[street]}街道",
                f"{_NUMERALS[district]}区",
            )
        )
    return found


def id_number(n: int) -> str:
    """The n-th resident number of region 350299, check character included."""
    born = _FIRST_BIRTHDAY + timedelta(days=n * 7919 % _BIRTHDAYS)
    digits = f"{REGION}{born:%Y%m%d}{n // _BIRTHDAYS + 1:03d}"
    rest = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=True)) % 11
    return digits + "10X98765432"[rest]


def row(n: int, home: Community, exposed: date) -> list[str]:
    """The n-th person as a row of the CDC's list, in the order of `columns.COLUMNS`."""
    family, given = _FAMILY[n % len(_FAMILY)], _GIVEN[n * 31 % len(_GIVEN)] + _GIVEN[n * 17 % len(_GIVEN)]
    number = id_number(n)
    return [
        f"BENCH-{n:07d}",
        family + given,
        "男" if int(number[16]) % 2 else "女",
        "居民身份证",
        number,
        f"1440{n:07d}",
        _CATEGORIES[n % len(_CATEGORIES)],
        f"演练-{n // 40:05d}",
        exposed.isoformat(),
        home.district,
        home.street,
        home.name,
        f"{home.name[:2]}小区{n // 4 % 60 + 1}栋{n // 2 % 6 + 1}单元{n % 20 + 1:02d}01室",
        "",
    ]


def rows(count: int, first: int = 0, exposed: date = date(2022, 11, 20)) -> Iterator[list[str]]:
    """`count` people from the `first` on, dealt to the communities in turn."""
    if first + count > MOST:
        raise ValueError(f"count: {first + count} people, there are numbers for {MOST}")
    homes = communities()
    for n in range(first, first + count):
        yield row(n, homes[n % len(homes)], exposed)


def write_csv(path: Path, count: int, first: int = 0) -> Path:
    """The list as .csv in UTF-8 with the mark that Excel needs."""
    _write(path, columns.COLUMNS, rows(count, first), encoding="utf-8-sig")
    return path


def write_xlsx(path: Path, count: int, first: int = 0) -> Path:
    """The same list as .xlsx, every cell a text (12 s for 100,000 rows)."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("名单")
    sheet.append(list(columns.COLUMNS))
    for one in rows(count, first):
        sheet.append(one)
    book.save(path)
    return path


def write_directory(folder: Path) -> Path:
    """areas.csv and staff.csv of the invented city: two workers in each community, a lead and a CDC member."""
    folder.mkdir(parents=True, exist_ok=True)
    homes = communities()
    areas = {REGION: (REGION, "演练市", "市", "")}
    for home in homes:
        areas[home.code[:7]] = (home.code[:7], home.district, "区", REGION)
        areas[home.code[:9]] = (home.code[:9], home.street, "街道", home.code[:7])
        areas[home.code] = (home.code, home.name, "社区", home.code[:9])
    staff = [(userid, f"{home.name[:2]}人", "community", home.code, "") for home in homes for userid in home.workers]
    staff += [("lead", "演负责", "lead", REGION, ""), ("cdc", "演疾控", "cdc", REGION, "")]
    _write(folder / "areas.csv", ("代码", "名称", "级别", "上级代码"), areas.values())
    _write(folder / "staff.csv", ("账号", "姓名", "角色", "辖区代码", "电话"), staff)
    return folder


def _write(path: Path, header: Sequence[str], lines: Iterable[Sequence[str]], encoding: str = "utf-8") -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(lines)
