"""Seals: a value opens in its own cell only, by any of our keys; its look-up hash says equality and nothing else."""

import pickle
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.state.sealed import Keyring, Unsealable, normalise

OLD, NEW = "an-old-secret-of-thirty-two-characters", "a-new-secret-of-thirty-two-characters!"
CELL = ("contact", "phone", "row-1")
KEYS = Keyring([NEW])


@given(st.text())
def test_what_was_sealed_for_a_cell_opens_in_it(value: str) -> None:
    assert KEYS.open(KEYS.seal(value, *CELL), *CELL) == value


@given(st.text(min_size=1))
def test_two_seals_of_one_value_do_not_look_alike(value: str) -> None:
    assert KEYS.seal(value, *CELL) != KEYS.seal(value, *CELL)


def test_rows_sealed_together_open_each_in_its_own_cell() -> None:
    rows = [(f"row-{n}", {"name": f"甲{n}", "phone": "", "note": "甲" * n}) for n in range(5)]
    boxes = KEYS.seal_rows("contact", rows)
    opened = [
        {column: KEYS.open(box, "contact", column, row) for column, box in cells.items()}
        for (row, _), cells in zip(rows, boxes, strict=True)
    ]
    assert opened == [texts for _, texts in rows]
    nonces = [box[3:15] for cells in boxes for box in cells.values() if box]
    assert len(set(nonces)) == len(nonces) == 9


def test_a_keyring_in_another_process_is_the_same() -> None:
    there = pickle.loads(pickle.dumps(Keyring([NEW, OLD])))
    here = Keyring([NEW, OLD])
    assert there.open(here.seal("甲", *CELL), *CELL) == "甲"
    assert (there.audit, there.codes, there.look_up("name", "甲")) == (
        here.audit,
        here.codes,
        here.look_up("name", "甲"),
    )


@pytest.mark.parametrize(
    "other", [("contact", "phone", "row-2"), ("contact", "address", "row-1"), ("staff", "phone", "row-1")]
)
def test_a_value_moved_to_another_row_column_or_table_does_not_open(other: tuple[str, str, str]) -> None:
    box = KEYS.seal("13800000000", *CELL)
    with pytest.raises(Unsealable, match="sealed for another row"):
        KEYS.open(box, *other)


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_one_changed_byte_is_noticed_wherever_it_stands(place: int, flip: int) -> None:
    box = bytearray(KEYS.seal("13800000000", *CELL))
    box[place % len(box)] ^= flip
    with pytest.raises(Unsealable):
        KEYS.open(bytes(box), *CELL)


@given(st.binary(min_size=1))
def test_what_is_no_box_is_refused_and_nothing_else_happens(junk: bytes) -> None:
    with pytest.raises(Unsealable):
        KEYS.open(junk, *CELL)


@given(st.integers(min_value=1, max_value=40))
def test_a_box_cut_short_is_refused(length: int) -> None:
    box = KEYS.seal("13800000000", *CELL)
    with pytest.raises(Unsealable):
        KEYS.open(box[: min(length, len(box) - 1)], *CELL)


def test_nothing_stays_nothing() -> None:
    assert KEYS.seal("", *CELL) == b""
    assert KEYS.open(b"", *CELL) == KEYS.open(None, *CELL) == ""
    assert KEYS.look_up("phone", " ") == b""


def test_the_first_secret_seals_and_every_secret_opens() -> None:
    before = Keyring([OLD]).seal("13800000000", *CELL)
    both = Keyring([NEW, OLD])
    assert both.open(before, *CELL) == "13800000000"
    after = both.seal("13800000000", *CELL)
    assert Keyring([NEW]).open(after, *CELL) == "13800000000"
    with pytest.raises(Unsealable, match="not sealed with a key of ours"):
        Keyring([OLD]).open(after, *CELL)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("11010519491231002x", "11010519491231002X"),
        ("１３８００００００００", "13800000000"),
        (" 138 0000\t0000\n", "13800000000"),
        ("王 建明", "王建明"),
        ("ｗａｎｇ", "Wang"),
    ],
)
def test_two_spellings_of_one_value_have_one_look_up_hash(one: str, other: str) -> None:
    assert KEYS.look_up("id_number", one) == KEYS.look_up("id_number", other) != b""


@given(st.text(alphabet=string.ascii_letters + string.digits, min_size=1), st.data())
def test_width_case_and_spaces_never_change_the_hash(value: str, data: st.DataObject) -> None:
    wide = "".join(chr(ord(char) + 0xFEE0) for char in value)
    gaps = " ".join(value)
    assert normalise(data.draw(st.sampled_from([wide, gaps, value.lower(), value.upper()]))) == normalise(value)


def test_different_values_columns_and_keys_have_different_hashes() -> None:
    hashes = {
        KEYS.look_up("phone", "13800000000"),
        KEYS.look_up("phone", "13800000001"),
        KEYS.look_up("id_number", "13800000000"),
        Keyring([OLD]).look_up("phone", "13800000000"),
    }
    assert (len(hashes), {len(one) for one in hashes}) == (4, {16})


def test_no_error_tells_the_value() -> None:
    box = KEYS.seal("13800000000", *CELL)
    with pytest.raises(Unsealable) as caught:
        KEYS.open(box, "contact", "phone", "row-2")
    assert "13800000000" not in str(caught.value)
    assert caught.value.__cause__ is None
