"""Keys: what is packed comes back the same, and nothing else comes back at all."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cards import key

names = st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True)
anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
keys = st.builds(key.Key, names, names, anything, st.integers(0, 10**18 - 1), anything)


@given(keys)
def test_a_packed_key_comes_back_the_same(made: key.Key) -> None:
    packed = key.pack(made)
    assert key.unpack(packed) == made
    assert packed.isascii()
    assert len(packed.encode()) <= key.MAX_BYTES


def test_a_packed_key_can_be_read_by_a_person() -> None:
    assert (
        key.pack(key.Key("verification", "submit", "c-17", 3, "a/b 50%"))
        == "1/verification/submit/c-17/3/a%2Fb%2050%25"
    )


@given(st.text())
@example("1/verification/submit/c%2d17/3/")
@example("1/verification/submit/c%zz/3/")
@example("1/verification/submit/%ff/3/")
@example("1/verification/submit/c/03/")
@example("1/verification/submit/c/-1/")
@example("1/verification/submit/c/３/")
@example("2/verification/submit/c/3/")
@example("1/verification/submit/c/3")
@example("1/verification/submit/c/3/a/b")
@example("1/verification/submit/c/3/\n")
@example("void")
def test_anything_else_is_refused_with_bad_key_only(text: str) -> None:
    with pytest.raises(key.BadKey):
        key.unpack(text)


@given(keys, st.integers(0, 200), st.characters())
def test_a_changed_key_is_refused_or_is_another_proper_key(made: key.Key, at: int, char: str) -> None:
    packed = key.pack(made)
    changed = packed[:at] + char + packed[at + 1 :]
    try:
        other = key.unpack(changed)
    except key.BadKey:
        return
    assert key.pack(other) == changed


@pytest.mark.parametrize(
    "made",
    [
        key.Key("Verification", "submit", "c", 1),
        key.Key("verification", "", "c", 1),
        key.Key("verification", "a/b", "c", 1),
        key.Key("verification", "submit", "c", -1),
        key.Key("verification", "submit", "c", 10**18),
        key.Key("verification", "submit", "\ud800", 1),
        key.Key("verification", "submit", "c", 1, "长" * 200),
    ],
)
def test_what_cannot_be_carried_is_refused_before_it_is_sent(made: key.Key) -> None:
    with pytest.raises(key.BadKey):
        key.pack(made)


def test_a_flood_of_characters_is_refused() -> None:
    with pytest.raises(key.BadKey, match="too long"):
        key.unpack("1/" * 100_000)
