"""The columns of the CDC's list, where its header stands, and why a list is refused as a whole."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

COLUMNS = (
    "名单编号", "姓名", "性别", "证件类型", "证件号码", "联系电话", "人员类别",
    "关联病例", "末次暴露日期", "区", "街道", "社区", "详细地址", "备注",
)  # fmt: skip
"""The header of DOMAIN.md §2.1; the order in the file is free."""

CODE = "社区代码"
REASON = "错误原因"
KNOWN = frozenset((*COLUMNS, CODE))
REQUIRED = ("姓名", "人员类别")
ONE_OF = ("证件号码", "联系电话")
SEARCHED_ROWS = 10
"""How many rows may stand above the header: titles, notes to the reader."""

_ALIASES = {"区域代码": CODE}
_ORNAMENT = str.maketrans("", "", "*:'\"\ufeff\u200b")


class ListRefused(ValueError):
    """A list that cannot be read at all: `what` is the matter and the `cure`, both in Chinese for the sender."""

    def __init__(self, what: str, cure: str) -> None:
        self.what, self.cure = what, cure
        super().__init__(f"{what}。{cure}")


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header stands (`index` from 0 among the rows searched) and its column names; `""` for no name."""

    index: int
    names: tuple[str, ...]

    @property
    def known(self) -> frozenset[str]:
        """The columns of the list that are there."""
        return KNOWN.intersection(self.names)


def title(text: str) -> str:
    """A column name as it is compared: NFKC, without spaces, stars and (必填); aliases folded."""
    plain = "".join(unicodedata.normalize("NFKC", text).translate(_ORNAMENT).split()).replace("(必填)", "")
    return _ALIASES.get(plain, plain)


def find(rows: Iterable[Sequence[str]]) -> Header | None:
    """The row of `rows` that knows most columns of the list, the first of equals; None if no row knows two."""
    found = [Header(index, tuple(map(title, row))) for index, row in enumerate(rows)]
    best = max(found, key=lambda header: len(header.known), default=None)
    return best if best and len(best.known) >= 2 else None


def require(header: Header | None) -> Header:
    """`header`, if the list can be read with it; else `ListRefused` naming the columns."""
    expected = "、".join(COLUMNS)
    if header is None:
        raise ListRefused(f"前{SEARCHED_ROWS}行里没有找到表头", f"请在第一行写列名：{expected}")
    missing = [name for name in REQUIRED if name not in header.known]
    if not header.known.intersection(ONE_OF):
        missing.append("或".join(ONE_OF))
    if missing:
        raise ListRefused(f"缺少列：{'、'.join(missing)}", f"请补上这些列，列名须与模板一致：{expected}")
    named = [name for name in header.names if name in KNOWN]
    if twice := sorted({name for name in named if named.count(name) > 1}):
        raise ListRefused(f"列名重复：{'、'.join(twice)}", "请每个列名只保留一列")
    return header
