"""A list as JSON: read like a file, or refused with a place in it; whatever is sent, nothing else happens."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.cdc import columns, objects
from integrations.cdc.columns import ListRefused
from integrations.cdc.lists import RawRow

NEEDED = {"姓名": "甲", "人员类别": "密接", "联系电话": "0592-2000001"}


def read(*rows: Any) -> list[RawRow]:
    return objects.read(json.dumps({"rows": rows}).encode(), 100)


def test_a_row_has_every_column_as_trimmed_text_and_its_number() -> None:
    first, second = read(NEEDED | {"备注": "  在外地 ", "区": None}, NEEDED)
    assert (first.number, second.number) == (1, 2)
    assert set(first.values) == columns.KNOWN
    assert (first.values["备注"], first.values["区"], first.values["街道"]) == ("在外地", "", "")
    assert first.problem == second.problem == ""


def test_column_names_are_forgiven_what_files_are_forgiven() -> None:
    [row] = read(
        {" 姓名*": "甲", "人员类别（必填）": "密接", "联系电话": "1", "区域代码": "350203010034", "错误原因": "旧"}
    )
    assert (row.values["姓名"], row.values["人员类别"], row.values["社区代码"]) == ("甲", "密接", "350203010034")


@pytest.mark.parametrize("value", [350299198805120018, 1.5, True, ["x"], {"x": "y"}])
def test_what_is_not_text_keeps_its_row_out_and_no_other(value: Any) -> None:
    wrong, right = read(NEEDED | {"证件号码": value}, NEEDED)
    assert "证件号码" in wrong.problem
    assert wrong.values["证件号码"] == ""
    assert right.problem == ""


def test_a_name_out_of_the_body_is_repeated_shortened_and_in_whole_letters() -> None:
    with pytest.raises(objects.BadJson) as caught:
        read(NEEDED | {"\ud800" + "x" * 1000: "1"})
    assert caught.value.field == "rows[0].?" + "x" * 31


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["rows", *columns.KNOWN, "x"]), inner),
    max_leaves=12,
)


@given(st.binary(max_size=60) | _json.map(lambda value: json.dumps(value).encode()))
def test_whatever_is_sent_is_read_or_refused(body: bytes) -> None:
    try:
        rows = objects.read(body, 100)
    except ListRefused as refused:
        assert refused.what
        assert refused.cure
    else:
        assert [row.number for row in rows] == list(range(1, len(rows) + 1))


@given(st.lists(st.dictionaries(st.sampled_from(sorted(columns.KNOWN)), _json, max_size=6), min_size=1, max_size=4))
def test_rows_of_known_columns_are_all_read_or_lack_a_column(rows: list[dict[str, Any]]) -> None:
    try:
        found = read(*rows)
    except objects.BadJson as bad:
        assert "rows" not in bad.field  # a name twice, or a number no JSON has, deep inside a value
    except ListRefused as refused:
        assert "缺少列" in refused.what
    else:
        assert len(found) == len(rows)
