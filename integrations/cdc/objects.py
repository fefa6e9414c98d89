"""The CDC's list as JSON, `{"rows": [{列名: 文字 …}]}`: read strictly, refused with field and cure."""

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from integrations.cdc import columns
from integrations.cdc.columns import ListRefused
from integrations.cdc.lists import RawRow

_ALL = (*columns.COLUMNS, columns.CODE)
_EXAMPLE = '正文写成 {"rows": [{"姓名": "…", "人员类别": "…"}]}'


class BadJson(ListRefused):
    """A body that is no list: `field` says where in it, as `rows[3].手机`."""

    def __init__(self, field: str, what: str, cure: str) -> None:
        self.field = field
        super().__init__(what, cure)


def read(data: bytes, most_rows: int) -> list[RawRow]:
    """The rows of the list, numbered from 1; raises `BadJson`, or `ListRefused` when columns are missing altogether.

    What is wrong with one row alone becomes its `problem`, so that it blocks nobody else.
    """
    rows = _rows(_parse(data))
    if not rows:
        raise BadJson("rows", "名单里没有人员", "至少给一行")
    if len(rows) > most_rows:
        raise BadJson("rows", f"名单有{len(rows)}行，一次最多{most_rows}行", "请拆成几次提交")
    named = [_named(index, row) for index, row in enumerate(rows)]
    columns.require(columns.Header(0, tuple(sorted({name for row in named for name in row}))))
    return [_row(number, row) for number, row in enumerate(named, 1)]


def _parse(data: bytes) -> Any:
    try:
        return json.loads(data.decode(), object_pairs_hook=_object, parse_constant=_no_number)
    except BadJson:
        raise
    except UnicodeDecodeError:
        raise BadJson("body", "正文不是 UTF-8 文字", "请用 UTF-8 编码提交") from None
    except json.JSONDecodeError as error:
        raise BadJson("body", f"正文不是 JSON（第{error.lineno}行第{error.colno}个字符）", _EXAMPLE) from None
    except (ValueError, RecursionError):
        raise BadJson("body", "正文里有读不了的数字，或层次太深", _EXAMPLE) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, value in pairs:
        if name in made:
            raise BadJson(_shown(name), "同一个名字写了两次", "每个名字只写一次")
        made[name] = value
    return made


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _rows(body: Any) -> list[Any]:
    if not isinstance(body, dict):
        raise BadJson("body", "正文不是 JSON 对象", _EXAMPLE)
    if unknown := sorted(set(body) - {"rows"}):
        raise BadJson(_shown(unknown[0]), "没有这个字段", _EXAMPLE)
    if not isinstance(body.get("rows"), list):
        raise BadJson("rows", "缺少 rows，或它不是数组", _EXAMPLE)
    return list(body["rows"])


def _named(index: int, row: Any) -> dict[str, Any]:
    """A row with its columns by their right names."""
    where = f"rows[{index}]"
    if not isinstance(row, dict):
        raise BadJson(where, "这一行不是 JSON 对象", _EXAMPLE)
    named: dict[str, Any] = {}
    for given, value in row.items():
        name = columns.title(given)
        if name == columns.REASON:
            continue
        if name not in columns.KNOWN:
            raise BadJson(f"{where}.{_shown(given)}", "没有这一列", f"列名只能是：{'、'.join(_ALL)}")
        if name in named:
            raise BadJson(f"{where}.{_shown(given)}", "同一列写了两次", "每一列只写一次")
        named[name] = value
    return named


def _row(number: int, named: Mapping[str, Any]) -> RawRow:
    wrong = [name for name, value in named.items() if value is not None and not isinstance(value, str)]
    problem = f"「{'、'.join(wrong)}」要写成文字（加引号），写成数字会丢掉位数" if wrong else ""
    texts = {name: value.strip() for name, value in named.items() if isinstance(value, str)}
    return RawRow(number, {name: texts.get(name, "") for name in _ALL}, tuple(named.values()), {}, (), problem)


def _shown(name: str) -> str:
    """A name out of a body as an error may repeat it: short, and in whole characters."""
    return name.encode(errors="replace").decode()[:32]
