"""One pasted message of many fields: any order, either colon, addresses with colons, two people, a message cut."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.state import pasted

LABELS = {
    "姓名": "name", "证件号": "id_number", "证件号码": "id_number", "电话": "phone", "联系电话": "phone",
    "现住址": "address", "关系": "relation", "是否陪护": "cares",
}  # fmt: skip
WHOLE = {
    "姓名": "王小宝", "证件号码": "350299201506010024", "联系电话": "14400001001", "现住址": "前埔南小区3栋",
    "关系": "子女", "是否陪护": "否",
}  # fmt: skip
VALUES = st.text(st.characters(codec="utf-8", categories=("Lu", "Ll", "Nd", "Lo")), min_size=1, max_size=12)
GAPS = st.sampled_from([" ", "\n", "，", "；", "、", ",", "\r\n", "　"])
COLONS = st.sampled_from(["：", ":", "： ", " : ", "﹕"])


@settings(max_examples=150, deadline=None)
@given(
    order=st.permutations(sorted(WHOLE)), values=st.lists(VALUES, min_size=6, max_size=6), gap=GAPS,
    colons=st.lists(COLONS, min_size=6, max_size=6),
)  # fmt: skip
def test_every_order_gap_and_colon_is_understood(
    order: list[str], values: list[str], gap: str, colons: list[str]
) -> None:
    said = gap.join(f"{label}{colon}{value}" for label, colon, value in zip(order, colons, values, strict=True))
    read = pasted.read(said, LABELS)
    assert read.values == {LABELS[label]: value for label, value in zip(order, values, strict=True)}
    assert (read.twice, read.cut, read.loose) == ((), "", "")


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=300))
def test_no_text_breaks_it_and_nothing_is_invented(text: str) -> None:
    read = pasted.read(text, LABELS)
    assert set(read.values) <= set(LABELS.values())
    assert all(value in " ".join(text.split()) or value in text for value in read.values.values() if value.isalnum())


@settings(max_examples=100, deadline=None)
@given(fill=st.integers(0, 2100), order=st.permutations(sorted(WHOLE)))
def test_a_message_cut_in_the_middle_of_a_character_never_gives_a_shortened_value(fill: int, order: list[str]) -> None:
    whole = {**WHOLE, "现住址": "前埔" + "南" * fill + "小区3栋"}
    said = " ".join(f"{label}：{whole[label]}" for label in order)
    arrived = said.encode()[: pasted.CUT_AT].decode("utf-8", "replace")
    read = pasted.read(arrived, LABELS)
    meant = {LABELS[label]: value for label, value in whole.items()}
    assert all(meant[field] == value for field, value in read.values.items())
    if len(said.encode()) > pasted.CUT_AT:
        assert read.cut, "what may be shortened is named"


@pytest.mark.parametrize(
    "address",
    ["前埔南小区：3栋：501", "湖光路12:3号", "孙厝路66号（电话：门卫转）", "老电话：亭旁边", "北区:姓名路:8号"],
)
def test_an_address_may_hold_colons(address: str) -> None:
    read = pasted.read(f"姓名：王小宝 现住址：{address}\n关系：子女", LABELS)
    assert read.values == {"name": "王小宝", "address": address, "relation": "子女"}


def test_two_people_in_one_message_are_noticed_and_the_same_value_twice_is_not() -> None:
    assert pasted.read("姓名：王小宝 关系：子女 姓名：林阿英 关系：母亲", LABELS).twice == ("name", "relation")
    assert pasted.read("姓名：王小宝 电话：14400001001 姓名：王小宝", LABELS).twice == ()


def test_an_empty_form_gives_nothing_and_words_without_a_label_are_loose() -> None:
    assert pasted.read("姓名：\n证件号：\n电话：", LABELS).values == {}
    assert pasted.read("王小宝，男，三个月", LABELS) == pasted.Pasted({}, loose="王小宝，男，三个月")
    assert pasted.read("补充一位 姓名：王小宝", LABELS).loose == "补充一位"


@pytest.mark.parametrize(
    "form", ["【姓名】：王小宝", "姓 名：王小宝", "姓名*：王小宝", "1、姓名：王小宝", "姓　名 : 王小宝"]
)
def test_labels_may_be_dressed(form: str) -> None:
    assert pasted.read(form, LABELS).values == {"name": "王小宝"}
