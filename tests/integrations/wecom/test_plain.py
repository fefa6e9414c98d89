"""Cutting and cleaning: whatever the cut, what is left is whole."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.wecom import plain

SAMPLE = "张三 👨‍👩‍👧 é 👍🏽 𠮷野家 ✌️ " * 4


@pytest.mark.parametrize("limit", range(3, len(SAMPLE.encode()) + 2))
def test_every_cut_of_a_sample_leaves_whole_characters_within_the_limit(limit: int) -> None:
    cut = plain.cut(SAMPLE, limit)

    assert len(cut.encode()) <= limit
    if cut != SAMPLE:
        kept = cut.removesuffix("…")
        assert cut.endswith("…")
        assert SAMPLE.startswith(kept)
        following = SAMPLE[len(kept)]
        assert not unicodedata.category(following).startswith("M")
        assert "\u200d" not in {following, kept[-1:]}
        assert following != "🏽"


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(3, 100))
def test_a_cut_is_never_longer_than_allowed_and_never_touches_what_fits(text: str, limit: int) -> None:
    cut = plain.cut(text, limit)

    assert len(cut.encode()) <= limit
    if len(text.encode()) <= limit:
        assert cut == text


def test_a_flood_of_marks_does_not_take_the_whole_text_with_it() -> None:
    assert len(plain.cut("好" + "\u0301" * 5000)) > 1000


def test_what_xml_cannot_carry_is_dropped_and_the_rest_is_kept() -> None:
    assert plain.clean("a\0\x1b\ud800\uffffb\n\t𠮷·é") == "ab\n\t𠮷·é"


def test_the_end_of_a_section_is_spread_over_two() -> None:
    assert plain.cdata("a]]>b]]>") == "a]]]]><![CDATA[>b]]]]><![CDATA[>"
