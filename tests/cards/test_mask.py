"""Masks: a person is never shown further than the rule allows, whatever stands in the field."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards import mask

hanzi = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)


@pytest.mark.parametrize(
    ("full", "shown"),
    [
        ("张三", "张*"),
        ("王小明", "王*明"),
        ("欧阳文华", "欧**华"),
        ("买买提·吐尔逊", "买*"),
        ("阿卜杜拉•艾合买提", "阿*"),
        ("John Smith", "J*** S***"),
        ("Jo", "J***"),
        ("欧阳 华", "欧*华"),
        ("𠮷野家", "𠮷*家"),
        ("김철수", "김*수"),
        ("张", "*"),
        ("", ""),
        ("  ", ""),
        ("张\u202e三", "张*"),
        ("王\u200b小\u200d明", "王*明"),
        ("a b c d e f", "a*** b*** c*** d***"),
        ("e\u0301mile", "é***"),
        ("李一二三四五六七八", "李**八"),
    ],
)
def test_names_are_masked_by_their_kind(full: str, shown: str) -> None:
    assert mask.name(full) == shown


@pytest.mark.parametrize(
    ("full", "shown"),
    [
        ("13800001234", "138****1234"),
        ("+86 138 0000 1234", "138****1234"),
        ("008613800001234", "138****1234"),
        ("１３８００００１２３４", "138****1234"),
        ("0592-5123456", "****56"),
        ("110", "****"),
        ("无", "****"),
        ("", ""),
    ],
)
def test_phones_keep_three_and_four_digits_at_most(full: str, shown: str) -> None:
    assert mask.phone(full) == shown


@pytest.mark.parametrize(
    ("full", "shown", "tail"),
    [
        ("350299198805120018", "3****************8", "0018"),
        ("11010519491231002X", "1****************X", "002X"),
        ("E12345678", "E****8", "5678"),
        ("AB123", "****", "****"),
        ("", "", ""),
    ],
)
def test_documents_keep_their_ends_and_the_roll_call_their_tail(full: str, shown: str, tail: str) -> None:
    assert mask.id_number(full) == shown
    assert mask.tail4(full) == tail


@pytest.mark.parametrize(
    ("full", "shown"),
    [
        ("集美区侨英街道孙厝社区乐安里12号301室", "集美区侨英街道孙厝社区乐安里**"),
        ("思明区莲前街道瑞景社区莲前东路88号1201室", "思明区莲前街道瑞景社区莲前东路88号**"),
        ("集美区侨英街道孙厝社区", "集美区侨英街道孙厝社区"),
        ("瑞景新村二期３号楼２单元501", "瑞景新村**"),
        ("瑞景小区A座1203", "瑞景小区**"),
        ("安居家园十号楼302", "安居家园**"),
        ("孙厝村王小明家里", "孙厝村**"),
        ("杏林湾路12号楼3单元", "杏林湾**"),
        ("老王家后面", "老王**"),
        ("301室", "**"),
        ("", ""),
    ],
)
def test_addresses_end_at_the_estate(full: str, shown: str) -> None:
    assert mask.address(full) == shown


@given(st.text(max_size=60))
def test_a_mask_shows_no_controls_and_stays_short(text: str) -> None:
    for shown in (mask.name(text), mask.phone(text), mask.id_number(text), mask.tail4(text)):
        assert len(shown) <= 24
        assert not _hidden(shown)
    assert len(mask.address(text)) <= len(text) * 2 + 2
    assert not _hidden(mask.address(text))


@given(st.text(hanzi, min_size=2, max_size=30))
def test_a_chinese_name_shows_two_characters_at_most(text: str) -> None:
    assert len(mask.name(text).replace("*", "")) <= 2
    assert "*" in mask.name(text)


@given(st.text("0123456789X", min_size=1, max_size=40))
def test_a_document_shows_two_characters_and_a_phone_seven_at_most(text: str) -> None:
    assert len(mask.id_number(text).replace("*", "")) <= 2
    assert len(mask.tail4(text).replace("*", "")) <= 4
    assert len(mask.phone(text).replace("*", "")) <= 7
    assert mask.phone(text).count("*") == 4


@given(st.text(hanzi, max_size=20), st.integers(1, 99), st.integers(1, 9999))
def test_no_room_number_survives(place: str, building: int, room: int) -> None:
    shown = mask.address(f"{place}小区{building}号楼{room}室")
    assert not any(char.isdigit() and char.isascii() for char in shown)
    assert shown.endswith("**")


def test_a_very_long_value_costs_nothing() -> None:
    assert len(mask.address("里" * 100_000)) <= 202
    assert mask.name("王" * 100_000) == "王**王"


def _hidden(text: str) -> list[str]:
    """The characters of `text` that nobody sees."""
    return [char for char in text if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Mn", "Me")]
