"""The grammar of codes: what we print is read, one wrong character never is, everything else is refused by its name."""

import re
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.state import code
from bot.state.code import ALPHABET, BadCode, Maker, Origin, Reason
from bot.state.sealed import Keyring
from cards import codes as words

NEW, OLD = "a-new-secret-of-thirty-two-characters!", "an-old-secret-of-thirty-two-characters"
KEYS = Keyring([NEW, OLD])
SERIALS = st.text(ALPHABET, min_size=7, max_size=7)
SHORTS = SERIALS.map(lambda serial: serial + code.check(serial))
RF = Maker("RFID", r"RF\d{6}")


def why(text: str, keys: Keyring = KEYS, makers: tuple[Maker, ...] = ()) -> Reason:
    """The reason for which a text is refused."""
    with pytest.raises(BadCode) as refused:
        code.read(keys, text, makers)
    return refused.value.why


@given(SHORTS)
def test_what_is_printed_is_read(short: str) -> None:
    assert code.read(KEYS, code.payload(KEYS, short)) == code.Code(short, Origin.SIGNED)
    assert code.read(KEYS, code.shown(short)) == code.Code(short, Origin.TYPED)


@given(SHORTS)
def test_the_payload_fits_a_small_symbol_and_holds_no_look_alike(short: str) -> None:
    signed = code.payload(KEYS, short)
    assert len(signed) == code.SIGNED == 39
    assert re.fullmatch(r"YQ1[2-9A-HJKMNP-Z]{36}", signed)


@given(SHORTS, st.integers(0, 7), st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
def test_one_changed_character_of_a_short_code_is_always_caught(short: str, place: int, other: str) -> None:
    if other != short[place]:
        expected = Reason.LOOKALIKE if other in code.LOOKALIKES else Reason.CHANGED
        assert why(short[:place] + other + short[place + 1 :]) is expected


@given(SHORTS, st.integers(0, 6))
def test_two_characters_that_changed_places_are_always_caught(short: str, place: int) -> None:
    one, two = short[place], short[place + 1]
    if one != two:
        assert why(short[:place] + two + one + short[place + 2 :]) is Reason.CHANGED


@given(SHORTS, st.integers(0, 38), st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
def test_one_changed_character_of_a_payload_is_always_caught(short: str, place: int, other: str) -> None:
    signed = code.payload(KEYS, short)
    if other != signed[place]:
        assert why(signed[:place] + other + signed[place + 1 :]) in {
            Reason.CHANGED, Reason.LOOKALIKE, Reason.FORGED, Reason.UNKNOWN_KEY, Reason.NOT_REGISTERED
        }  # fmt: skip


@pytest.mark.parametrize("spell", [str.lower, lambda t: f"  {t[:4]} {t[4:]} ", lambda t: f"{t[:4]}－{t[4:]}"])
def test_case_spaces_dashes_and_full_width_are_forgiven(spell: Callable[[str], str]) -> None:
    short = "7K3M9QX" + code.check("7K3M9QX")
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in short)
    assert code.read(KEYS, spell(short)).value == code.read(KEYS, spell(wide)).value == short


def test_a_code_signed_by_an_older_key_that_still_counts_is_read() -> None:
    short = code.fresh()
    assert code.read(KEYS, code.payload(Keyring([OLD]), short)).origin is Origin.SIGNED


def test_a_code_under_a_key_we_do_not_have_is_refused_with_the_keys_id() -> None:
    with pytest.raises(BadCode) as refused:
        code.read(Keyring([NEW]), code.payload(Keyring([OLD]), code.fresh()))
    assert (refused.value.why, refused.value.key_id) == (Reason.UNKNOWN_KEY, code.key_id(Keyring([OLD])))


def test_a_forged_tag_is_refused() -> None:
    signed = code.payload(KEYS, code.fresh())
    assert why(signed[: -code.TAG] + "A" * code.TAG) is Reason.FORGED


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Reason.EMPTY),
        (" 　\n", Reason.EMPTY),
        ("https://example.invalid/YQ1?x=1,2", Reason.LINK),
        ("javascript:alert(1)", Reason.LINK),
        ("weixin://dl/business/?t=abc", Reason.LINK),
        ("BEGIN:VCARD\nVERSION:3.0\nFN:Nobody\nEND:VCARD", Reason.CARD),
        ("https://u.wechat.com/abcdef", Reason.CARD),
        ("wxp://f2f0AbCd", Reason.PAYMENT),
        ("HTTPS://QR.ALIPAY.COM/FKX00", Reason.PAYMENT),
        ("WIFI:S:net;T:WPA;P:x;;", Reason.NETWORK),
        ("7" * 4296, Reason.TOO_LONG),
        ("https://example.invalid/" + "a" * 4000, Reason.LINK),
        ("YQ1AB", Reason.TRUNCATED),
        ("7K3M9QX", Reason.TRUNCATED),
        ("7O3M9QXW", Reason.LOOKALIKE),
        ("RF000001", Reason.LOOKALIKE),
        ("健康码 张三", Reason.NOT_REGISTERED),
    ],
)
def test_what_is_no_code_of_ours_is_refused_by_its_name(text: str, reason: Reason) -> None:
    assert why(text) is reason


def test_every_reason_has_its_sentence_of_two_lines_that_says_nothing_was_saved() -> None:
    for reason in Reason:
        said = BadCode(reason).words
        assert said == getattr(words, reason.name)
        assert "没有" in said
        assert said.count("\n") <= 1


def test_another_makers_code_is_read_by_its_registered_form_alone() -> None:
    assert code.read(KEYS, " rf000001".upper(), [RF]) == code.Code("RFID:RF000001", Origin.OTHER)
    assert why("RF00001X", makers=(RF,)) is Reason.LOOKALIKE
    assert why("XRF000001", makers=(RF,)) is Reason.NOT_REGISTERED


def test_of_an_address_only_the_registered_part_counts() -> None:
    tag = Maker("TAG", r"https://tags\.example\.invalid/t/([A-Z0-9]{6})")
    assert code.read(KEYS, "https://tags.example.invalid/t/A1B2C3", [tag]).value == "TAG:A1B2C3"
    assert why("https://tags.example.invalid/t/A1B2C3/../x", makers=(tag,)) is Reason.LINK


def test_what_has_our_form_is_never_another_makers() -> None:
    greedy, short = Maker("ANY", r".+"), code.fresh()
    assert code.read(KEYS, short, [greedy]).origin is Origin.TYPED
    assert why(code.payload(Keyring([OLD]), short)[:-1] + "A", Keyring([NEW]), (greedy,)) is Reason.UNKNOWN_KEY


def test_several_codes_of_one_message_are_told_apart_and_each_is_named_once() -> None:
    one, two, three = (code.fresh() for _ in range(3))
    said = f"{one}，{two[:4]} {two[4:]}\n{code.payload(KEYS, three)} {one}、RF000001"
    expected = [one, f"{two[:4]} {two[4:]}", code.payload(KEYS, three), "RF000001"]
    assert code.several(said) == expected
    assert code.several("https://example.invalid/a,b c") == ["https://example.invalid/a,b c"]
    assert code.several(" \n ") == []


@given(st.text(max_size=300))
def test_whatever_is_scanned_is_read_or_refused_and_nothing_else(text: str) -> None:
    with suppress(BadCode):
        code.read(KEYS, text, [RF])
    assert all(part.strip() for part in code.several(text))
