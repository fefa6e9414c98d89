"""The door: the official sample passes, all else is refused for its own reason, and nothing but `Bad` gets out."""

import base64
import contextlib
import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from integrations.wecom import crypto
from integrations.wecom.crypto import Reason

# The sample of page 90968.
TOKEN = "QDG6eK"
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
CORP = "wx5823bf96d3bd56c7"
AGENT = 218
TIMESTAMP = "1409659813"
NONCE = "1372623149"
SIGNATURE = "477715d11cdb4164915debcba66cb864d751f3e6"
ENCRYPT = (
    "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3"
    "TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gs"
    "ijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUa"
    "x5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIG"
    "HBZZIs2pDBS8R07+qN+E7Q=="
)
NOW = float(TIMESTAMP)

DOOR = crypto.Envelope(TOKEN, AES_KEY, CORP, AGENT)
MESSAGE = f"<xml><ToUserName>{CORP}</ToUserName><AgentID>{AGENT}</AgentID></xml>"

Query = dict[str, str]


def outer(encrypt: str) -> bytes:
    """Wrap an `Encrypt` text as WeCom does."""
    return (
        f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><Encrypt><![CDATA[{encrypt}]]></Encrypt>"
        f"<AgentID><![CDATA[{AGENT}]]></AgentID></xml>"
    ).encode()


def query(encrypt: str, timestamp: str = TIMESTAMP, nonce: str = NONCE) -> Query:
    """Sign as WeCom does."""
    return {"msg_signature": DOOR.sign(timestamp, nonce, encrypt), "timestamp": timestamp, "nonce": nonce}


def reason(call: Callable[[], object]) -> Reason:
    with pytest.raises(crypto.Bad) as bad:
        call()
    return bad.value.reason


def opened(encrypt: str, **given: str) -> Callable[[], bytes]:
    """Open a signed request around this `Encrypt` text."""
    return lambda: DOOR.open(query(encrypt, **given), outer(encrypt), NOW)


def encrypted(plaintext: bytes) -> str:
    """Encrypt raw blocks, however wrong their content."""
    key = base64.b64decode(AES_KEY + "=")
    cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(cipher.update(plaintext) + cipher.finalize()).decode()


def padded(content: bytes) -> bytes:
    size = 32 - len(content) % 32
    return content + bytes([size]) * size


def test_the_official_sample_is_signed_and_opened() -> None:
    assert DOOR.sign(TIMESTAMP, NONCE, ENCRYPT) == SIGNATURE

    xml = DOOR.open({"msg_signature": SIGNATURE, "timestamp": TIMESTAMP, "nonce": NONCE}, outer(ENCRYPT), NOW)

    assert b"<FromUserName><![CDATA[mycreate]]></FromUserName>" in xml
    assert b"<Content><![CDATA[hello]]></Content>" in xml


def test_werkzeugs_multidict_is_taken_as_it_is() -> None:
    assert DOOR.open(MultiDict(query(ENCRYPT)), outer(ENCRYPT), NOW).startswith(b"<xml>")


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_is_encrypted_can_be_decrypted(text: str) -> None:
    assert DOOR.decrypt(DOOR.encrypt(text)).decode() == text


def test_the_same_words_never_look_the_same_twice() -> None:
    assert len({DOOR.encrypt(MESSAGE) for _ in range(100)}) == 100


def test_an_answer_is_sealed_so_that_the_other_side_can_open_it() -> None:
    sealed = DOOR.seal("<xml>好</xml>", 1409659999, "abc123").decode()

    encrypt = sealed.partition("<Encrypt><![CDATA[")[2].partition("]]>")[0]
    assert DOOR.decrypt(encrypt).decode() == "<xml>好</xml>"
    assert f"<MsgSignature><![CDATA[{DOOR.sign('1409659999', 'abc123', encrypt)}]]></MsgSignature>" in sealed
    assert "<TimeStamp>1409659999</TimeStamp>" in sealed
    assert "<Nonce><![CDATA[abc123]]></Nonce>" in sealed


def test_a_nonce_that_could_break_the_envelope_is_refused() -> None:
    with pytest.raises(ValueError, match="nonce"):
        DOOR.seal("<xml/>", 1409659999, "]]><x>")


def test_a_fresh_nonce_has_the_documented_shape_and_is_new() -> None:
    nonces = {crypto.nonce() for _ in range(100)}
    assert len(nonces) == 100
    assert all(one.isalnum() and len(one) == 16 for one in nonces)


# URL verification


def echo(encrypt: str, **extra: str) -> Query:
    return {**query(encrypt), "echostr": encrypt, **extra}


def test_the_echo_is_the_decrypted_text_and_nothing_else() -> None:
    assert DOOR.echo(echo(DOOR.encrypt("1616140317555161061")), NOW) == "1616140317555161061"


def test_a_plus_that_was_decoded_as_a_space_is_mended() -> None:
    assert "+" in ENCRYPT
    assert "hello" in DOOR.echo(echo(ENCRYPT, echostr=ENCRYPT.replace("+", " ")), NOW)


def test_an_echo_that_is_no_text_is_bad() -> None:
    assert reason(lambda: DOOR.echo(echo(DOOR.encrypt(b"\xff\xfe")), NOW)) is Reason.CONTENT


def test_an_echo_must_be_signed_and_fresh() -> None:
    good = echo(DOOR.encrypt("1"))
    assert reason(lambda: DOOR.echo({**good, "msg_signature": "0" * 40}, NOW)) is Reason.SIGNATURE
    assert reason(lambda: DOOR.echo(good, NOW + 901)) is Reason.WINDOW
    assert reason(lambda: DOOR.echo(query(ENCRYPT), NOW)) is Reason.PARAMETERS


# Query parameters and signature


@pytest.mark.parametrize("name", ["msg_signature", "timestamp", "nonce"])
def test_every_parameter_must_be_there_exactly_once(name: str) -> None:
    good = query(ENCRYPT)
    missing = {key: value for key, value in good.items() if key != name}
    doubled = MultiDict([*good.items(), (name, good[name])])

    assert reason(lambda: DOOR.open(missing, outer(ENCRYPT), NOW)) is Reason.PARAMETERS
    assert reason(lambda: DOOR.open(MultiDict(missing), outer(ENCRYPT), NOW)) is Reason.PARAMETERS
    assert reason(lambda: DOOR.open(doubled, outer(ENCRYPT), NOW)) is Reason.PARAMETERS


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("msg_signature", SIGNATURE.upper()),
        ("msg_signature", SIGNATURE + "0"),
        ("msg_signature", SIGNATURE[:-1]),
        ("msg_signature", SIGNATURE + "\n"),
        ("msg_signature", ""),
        ("timestamp", "14096598130"),
        ("timestamp", "-409659813"),
        ("timestamp", "１４０９６５９８１３"),
        ("timestamp", "1e9"),
        ("timestamp", "1409659813\n"),
        ("timestamp", " 409659813"),
        ("nonce", ""),
        ("nonce", "a" * 65),
        ("nonce", "１３"),
        ("nonce", "a-b"),
        ("nonce", "\udcff"),
    ],
)
def test_a_parameter_of_another_shape_is_refused(name: str, value: str) -> None:
    given = {**query(ENCRYPT), name: value}
    assert reason(lambda: DOOR.open(given, outer(ENCRYPT), NOW)) is Reason.PARAMETERS


def test_a_signature_by_another_token_or_over_other_bytes_is_refused() -> None:
    stranger = crypto.Envelope("another", AES_KEY, CORP)
    forged = {**query(ENCRYPT), "msg_signature": stranger.sign(TIMESTAMP, NONCE, ENCRYPT)}
    swapped = {**query(ENCRYPT), "timestamp": NONCE, "nonce": "1409659814"}

    assert reason(lambda: DOOR.open(forged, outer(ENCRYPT), NOW)) is Reason.SIGNATURE
    assert reason(lambda: DOOR.open(swapped, outer(ENCRYPT), NOW)) is Reason.SIGNATURE
    assert reason(lambda: DOOR.open(query(ENCRYPT), outer("A" + ENCRYPT[1:]), NOW)) is Reason.SIGNATURE


@pytest.mark.parametrize(("age", "passes"), [(900, True), (901, False), (-900, True), (-901, False)])
def test_the_window_has_two_sides(age: int, passes: bool) -> None:
    def call() -> bytes:
        return DOOR.open(query(ENCRYPT), outer(ENCRYPT), NOW + age)

    if passes:
        assert call()
    else:
        assert reason(call) is Reason.WINDOW


@pytest.mark.parametrize("digits", [-1, 1])
def test_a_digit_moved_between_timestamp_and_nonce_is_refused_though_its_signature_is_right(digits: int) -> None:
    """The signature has no separators, so it cannot tell `1409659813|937…` from `14096598139|37…`."""
    nonce = "9372623149"
    run = TIMESTAMP + nonce
    moved = {**query(ENCRYPT, nonce=nonce), "timestamp": run[: 10 + digits], "nonce": run[10 + digits :]}

    assert DOOR.sign(moved["timestamp"], moved["nonce"], ENCRYPT) == moved["msg_signature"]
    assert reason(lambda: DOOR.open(moved, outer(ENCRYPT), NOW)) is Reason.PARAMETERS


def test_a_nonce_played_as_the_time_is_refused_though_its_signature_is_right() -> None:
    """A check for old stamps only would let this one pass until the year 2267."""
    swapped = {**query(ENCRYPT, nonce="9372623149"), "timestamp": "9372623149", "nonce": TIMESTAMP}

    assert DOOR.sign(swapped["timestamp"], swapped["nonce"], ENCRYPT) == swapped["msg_signature"]
    assert reason(lambda: DOOR.open(swapped, outer(ENCRYPT), NOW)) is Reason.WINDOW


# Inside the envelope


@pytest.mark.parametrize(
    "encrypt", ["", "====", "abc", "QUJD\n", " QUJD", "QUJ-", "QUJ_", "QU=D", "QUJDRA=", "QUJDRA", "é" * 4]
)
def test_base64_is_read_strictly(encrypt: str) -> None:
    assert reason(opened(encrypt)) is Reason.BASE64


@pytest.mark.parametrize("size", [1, 15, 17, 31])
def test_a_length_that_is_no_multiple_of_the_block_is_refused(size: int) -> None:
    assert reason(opened(base64.b64encode(b"x" * size).decode())) is Reason.CIPHER


@pytest.mark.parametrize(
    "tail", [b"\0", b"\x21" * 33, b"\xff" * 32, b"\x03\x02\x03", b"\x01\x02"], ids=["0", "33", "255", "mixed", "short"]
)
def test_padding_is_checked_in_every_byte(tail: bytes) -> None:
    content = b"r" * 16 + (5).to_bytes(4, "big") + b"<xml>" + CORP.encode()
    fill = b"z" * (-(len(content) + len(tail)) % 32)

    assert reason(opened(encrypted(content + fill + tail))) is Reason.PADDING


@pytest.mark.parametrize("length", [6, 24, 2**31, 2**32 - 1])
def test_a_length_beyond_the_end_is_refused(length: int) -> None:
    content = b"r" * 16 + length.to_bytes(4, "big") + b"<xml>"

    assert reason(opened(encrypted(padded(content)))) is Reason.LENGTH


def test_a_message_without_room_for_a_length_is_refused() -> None:
    assert reason(opened(encrypted(padded(b"r" * 19)))) is Reason.LENGTH


@pytest.mark.parametrize("length", [0, 4, len(MESSAGE) - 1, len(MESSAGE) + 1])
def test_a_length_that_moves_the_receiver_is_refused(length: int) -> None:
    content = b"r" * 16 + length.to_bytes(4, "big") + MESSAGE.encode() + CORP.encode()

    assert reason(opened(encrypted(padded(content)))) is Reason.RECEIVER


@pytest.mark.parametrize("receiver", ["", "ww0000000000000000", CORP + "x", CORP[:-1], "\xff"])
def test_a_message_for_another_receiver_is_refused(receiver: str) -> None:
    message = MESSAGE.encode()
    content = b"r" * 16 + len(message).to_bytes(4, "big") + message + receiver.encode("latin-1")

    assert reason(opened(encrypted(padded(content)))) is Reason.RECEIVER


@pytest.mark.parametrize("pad", range(32))
def test_every_length_of_padding_passes(pad: int) -> None:
    message = MESSAGE.replace("</xml>", f"<x>{'y' * pad}</x></xml>")

    assert opened(DOOR.encrypt(message))() == message.encode()


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        (f"<xml><ToUserName>{CORP}</ToUserName></xml>", None),
        (f"<xml><ToUserName>{CORP}</ToUserName><AgentID></AgentID></xml>", None),
        (f"<xml><ToUserName>{CORP}</ToUserName><AgentId>218</AgentId></xml>", None),
        (f"<xml><ToUserName>{CORP}</ToUserName><AgentID>219</AgentID></xml>", Reason.WRONG_AGENT),
        ("<xml><ToUserName>ww99</ToUserName><AgentID>218</AgentID></xml>", Reason.WRONG_CORP),
        ("<xml><AgentID>218</AgentID></xml>", Reason.WRONG_CORP),
        ("<xml>", Reason.CONTENT),
        ("", Reason.CONTENT),
        ("not xml", Reason.CONTENT),
        ("<!DOCTYPE xml><xml/>", Reason.CONTENT),
    ],
)
def test_what_is_inside_must_be_for_our_app(inner: str, expected: Reason | None) -> None:
    call = opened(DOOR.encrypt(inner))
    if expected is None:
        assert call() == inner.encode()
    else:
        assert reason(call) is expected


def test_without_a_configured_agent_any_app_of_the_corp_passes() -> None:
    door = crypto.Envelope(TOKEN, AES_KEY, CORP)
    encrypt = door.encrypt(MESSAGE.replace("218", "219"))
    body = outer(encrypt).replace(b"218", b"219")

    assert door.open(query(encrypt), body, NOW)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ((CORP.encode(), b"ww99"), Reason.WRONG_CORP),
        ((b"[218]", b"[219]"), Reason.WRONG_AGENT),
    ],
)
def test_the_unsigned_names_outside_must_not_say_otherwise(change: tuple[bytes, bytes], expected: Reason) -> None:
    body = outer(ENCRYPT).replace(*change)

    assert reason(lambda: DOOR.open(query(ENCRYPT), body, NOW)) is expected


def test_an_envelope_without_names_is_enough() -> None:
    body = f"<xml><Encrypt>{ENCRYPT}</Encrypt></xml>".encode()

    assert DOOR.open(query(ENCRYPT), body, NOW)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not xml",
        b"{}",
        b"<xml><Encrypt>a</Encrypt><Encrypt>b</Encrypt></xml>",
        b"<xml><Encrypt><a>QUJD</a></Encrypt></xml>",
        b"<xml><Encrypt a='b'>QUJD</Encrypt></xml>",
        b"<xml><?pi ?><Encrypt>QUJD</Encrypt></xml>",
        b"<?xml version='1.0'?><!DOCTYPE xml [<!ENTITY a 'b'>]><xml><Encrypt>&a;</Encrypt></xml>",
        b"<letter><Encrypt>QUJD</Encrypt></letter>",
        b"<xml><Encrypt>QUJD</Encrypt></xml>" + b" " * 65536,
        outer(ENCRYPT)[:-1],
        outer(ENCRYPT).decode().encode("utf-16"),
    ],
    ids=range(12),
)
def test_an_envelope_of_another_shape_is_refused(body: bytes) -> None:
    assert reason(lambda: DOOR.open(query(ENCRYPT), body, NOW)) is Reason.ENVELOPE


def test_an_envelope_without_encrypt_is_refused() -> None:
    assert reason(lambda: DOOR.open(query(""), b"<xml></xml>", NOW)) is Reason.BASE64


def test_a_bad_says_whether_the_sender_was_who_it_should_be() -> None:
    unsigned = {Reason.PARAMETERS, Reason.ENVELOPE, Reason.SIGNATURE, Reason.WINDOW, Reason.BASE64}
    assert {one for one in Reason if not crypto.Bad(one).signed} == unsigned


# Rotation


def test_during_a_change_of_keys_both_pairs_are_opened_and_answered_in_kind() -> None:
    new = ("newToken", "a" * 43)
    door = crypto.Envelope(*new, CORP, AGENT, former=((TOKEN, AES_KEY),))
    fresh = crypto.Envelope(*new, CORP, AGENT)
    encrypt = fresh.encrypt(MESSAGE)
    signed = {"msg_signature": fresh.sign(TIMESTAMP, NONCE, encrypt), "timestamp": TIMESTAMP, "nonce": NONCE}

    assert door.open(signed, outer(encrypt), NOW) == MESSAGE.encode()
    xml, keys = door.open_with_keys(query(ENCRYPT), outer(ENCRYPT), NOW)
    assert b"hello" in xml
    assert DOOR.decrypt(keys.encrypt("answer")) == b"answer"
    assert fresh.decrypt(door.encrypt("answer")) == b"answer"
    assert reason(lambda: fresh.open(query(ENCRYPT), outer(ENCRYPT), NOW)) is Reason.SIGNATURE


@pytest.mark.parametrize(
    ("settings_given", "named"),
    [
        ((TOKEN, AES_KEY[:-1], CORP), "EncodingAESKey.*43.*42 characters"),
        ((TOKEN, AES_KEY + "=", CORP), "EncodingAESKey"),
        ((TOKEN, AES_KEY[:-1] + "+", CORP), "EncodingAESKey"),
        (("", AES_KEY, CORP), "token"),
        (("a" * 33, AES_KEY, CORP), "token"),
        ((TOKEN, AES_KEY, ""), "corp id"),
    ],
)
def test_a_setting_that_cannot_be_is_named_but_not_shown(settings_given: tuple[Any, ...], named: str) -> None:
    with pytest.raises(ValueError, match=named) as error:
        crypto.Envelope(*settings_given)
    assert AES_KEY[:10] not in str(error.value)


# Nothing but `Bad`


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_no_garbage_for_a_body_gets_anything_but_bad_out_of_it(body: bytes) -> None:
    assert reason(lambda: DOOR.open(query(ENCRYPT), body, NOW)) in {Reason.ENVELOPE, Reason.BASE64}


@settings(deadline=None)
@given(st.binary(max_size=10).flatmap(lambda tail: st.sampled_from([tail, tail * 7])), st.integers(0, 12))
def test_no_garbage_under_a_valid_signature_gets_anything_but_bad_out_of_it(garbage: bytes, blocks: int) -> None:
    text = base64.b64encode((garbage * 200)[: 16 * blocks] or garbage).decode()
    assert reason(opened(text)) in set(Reason) - {Reason.SIGNATURE, Reason.WINDOW, Reason.PARAMETERS}


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_no_garbage_that_decrypts_gets_anything_but_bad_out_of_it(plaintext: bytes) -> None:
    with contextlib.suppress(crypto.Bad):
        opened(encrypted(padded(plaintext)))()
        pytest.fail("garbage was opened")


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_no_garbage_for_a_message_gets_anything_but_bad_out_of_it(message: bytes) -> None:
    assert reason(opened(DOOR.encrypt(message))) in {Reason.CONTENT, Reason.WRONG_CORP}


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["msg_signature", "timestamp", "nonce", "echostr"]), st.text(max_size=50)))
def test_no_garbage_for_a_query_gets_anything_but_bad_out_of_it(given_query: Query) -> None:
    assert reason(lambda: DOOR.echo(given_query, NOW)) is not Reason.ENVELOPE
    assert reason(lambda: DOOR.open(given_query, outer(ENCRYPT), NOW)) is not Reason.ENVELOPE


@settings(deadline=None)
@given(st.integers(0, len(ENCRYPT) * 3 // 4 - 3), st.integers(1, 255))
def test_one_changed_byte_is_never_taken_for_the_message(position: int, flip: int) -> None:
    data = bytearray(base64.b64decode(ENCRYPT))
    data[position] ^= flip
    changed = base64.b64encode(bytes(data)).decode()

    assert reason(lambda: DOOR.open(query(ENCRYPT), outer(changed), NOW)) is Reason.SIGNATURE


@settings(deadline=None)
@given(st.text(st.sampled_from("0123456789abcdef"), min_size=40, max_size=40))
def test_no_guessed_signature_passes(guess: str) -> None:
    if guess != SIGNATURE:
        forged = {**query(ENCRYPT), "msg_signature": guess}
        assert reason(lambda: DOOR.open(forged, outer(ENCRYPT), NOW)) is Reason.SIGNATURE


@given(st.text("0123456789", min_size=10, max_size=10), st.text("0123456789abcXYZ", min_size=1, max_size=20))
def test_the_signature_is_the_documented_hash(timestamp: str, nonce: str) -> None:
    joined = "".join(sorted([TOKEN, timestamp, nonce, ENCRYPT]))
    assert DOOR.sign(timestamp, nonce, ENCRYPT) == hashlib.sha1(joined.encode()).hexdigest()
