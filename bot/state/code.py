"""The grammar of codes on cards and wristbands: short code, signed payload, and what is said of everything else.

A short code is seven random characters and a check character, of an alphabet of 31 without 0 O 1 I L: because 31 is
prime, a weighted sum catches every wrong character and every two that changed places. What a QR code carries is
`YQ1 | key id (2) | short code (8) | tag (26)`, upper-case, so that it stays a small symbol (RELIABILITY §4.4): the tag
is HMAC-SHA-256 over what stands before it, cut to 128 bits. Nothing in it tells of a person.
"""

import hashlib
import hmac
import re
import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.state.machine import Refused
from bot.state.sealed import Keyring
from cards import codes as words

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LOOKALIKES = frozenset("0O1IL")
SCHEME = "YQ1"  # its 1 is outside the alphabet: no short code begins like it
SHORT = 8  # with the check character
KEY_ID = 2
TAG = 26  # 31 ** 26 > 2 ** 128
SIGNED = len(SCHEME) + KEY_ID + SHORT + TAG
LONGEST = 256  # of other makers' codes; a QR code may hold 4,296 characters
MOST = 20  # codes in one message

_VALUES = {letter: value for value, letter in enumerate(ALPHABET)}
_SPACES = re.compile(r"[\s\-‐-―·]+")
_BETWEEN = re.compile(r"[\n\r,，;；、/|]+")


class Reason(StrEnum):
    """Why a text is no code that can be used; the members' names are those of the sentences in `cards.codes`."""

    CHANGED = "changed"
    LOOKALIKE = "lookalike"
    TRUNCATED = "truncated"
    FORGED = "forged"
    RETIRED_KEY = "retired_key"
    UNKNOWN_KEY = "unknown_key"
    NOT_PRINTED = "not_printed"
    NOT_REGISTERED = "not_registered"
    LINK = "link"
    CARD = "card"
    PAYMENT = "payment"
    NETWORK = "network"
    TOO_LONG = "too_long"
    EMPTY = "empty"


class BadCode(Refused):
    """The text is no code that can be used: `why` says it to the program, `words` to the person; `key_id` if signed."""

    def __init__(self, why: Reason, key_id: str = "") -> None:
        super().__init__(str(getattr(words, why.name)), f"code_{why.value}")
        self.why, self.key_id = why, key_id


class Origin(StrEnum):
    """How sure we are of a code: signed by us, only typed, or of a maker whose batch is registered."""

    SIGNED = "signed"
    TYPED = "typed"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Code:
    """A well-formed code as `band.code` keeps it: our short code, or `maker:value`; real or not."""

    value: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Maker:
    """Another maker's codes: `form` is a regular expression of the whole text; its first group, if any, is the code."""

    name: str
    form: str

    def match(self, text: str) -> str:
        """The code as `band.code` keeps it, or "" when the text has another form."""
        found = re.fullmatch(self.form, text)
        if found is None:
            return ""
        value = squeeze(found[1] if found.re.groups else found[0])
        return f"{self.name}:{value}" if value else ""


def fresh() -> str:
    """A new short code by chance; that it is new is for the database to say."""
    serial = "".join(secrets.choice(ALPHABET) for _ in range(SHORT - 1))
    return serial + check(serial)


def check(serial: str) -> str:
    """The check character of seven characters of the alphabet."""
    return ALPHABET[-sum(weight * _VALUES[letter] for weight, letter in enumerate(serial, 2)) % 31]


def shown(short: str) -> str:
    """A short code as it is printed for reading out: `7K3M-9QXW`; another maker's code without its maker's name."""
    return f"{short[:4]}-{short[4:]}" if _short(short) else short.partition(":")[2] or short


def key_id(keys: Keyring) -> str:
    """The id of the key that signs now."""
    return _key_id(keys.codes[0])


def signs(keys: Keyring, kid: str) -> bool:
    """Whether the key of an id is still one of ours; one that was taken away vouches for nothing any more."""
    return any(_key_id(key) == kid for key in keys.codes)


def payload(keys: Keyring, short: str) -> str:
    """What the QR code of a short code carries, signed with the newest key."""
    head = SCHEME + key_id(keys) + short
    return head + _tag(keys.codes[0], head)


def read(keys: Keyring, text: str, makers: Iterable[Maker] = ()) -> Code:
    """The code that was scanned, typed or pasted; `BadCode` says why not. No other form than these is ever followed.

    Ours comes first: whatever has our form is ours or refused. Full width, lower case, spaces and dashes are forgiven.
    """
    if len(text) > LONGEST:
        raise BadCode(_foreign(squeeze(text[:LONGEST])) or Reason.TOO_LONG)
    plain = squeeze(text)
    if not plain:
        raise BadCode(Reason.EMPTY)
    if plain.startswith(SCHEME):
        return _signed(keys, plain)
    if _short(plain) and check(plain[:-1]) == plain[-1]:
        return Code(plain, Origin.TYPED)
    tidy = unicodedata.normalize("NFKC", text).strip()
    for maker in makers:
        if value := maker.match(tidy):
            return Code(value, Origin.OTHER)
    raise BadCode(_what(plain))


def several(text: str) -> list[str]:
    """The codes of one message, each once, in their order, parted by line, comma or space; `7K3M 9QXW` is one code.

    An address or a visiting card stays whole, so that it is answered once. Take `MOST` of them and say so.
    """
    if _foreign(squeeze(text)):
        return [text.strip()]
    found: list[str] = []
    for part in _BETWEEN.split(text):
        found += _spaced(part)
    return list(dict.fromkeys(found))


def squeeze(text: str) -> str:
    """What two spellings of one code share: NFKC, upper case, no spaces and dashes."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", text)).upper()


def _spaced(part: str) -> list[str]:
    """Split at spaces, but keep a code that was written in groups."""
    pieces, found = part.split(), []
    while pieces:
        take = next((n for n in range(min(len(pieces), SHORT), 1, -1) if _ours(squeeze("".join(pieces[:n])))), 1)
        found.append(" ".join(pieces[:take]))
        pieces = pieces[take:]
    return found


def _ours(plain: str) -> bool:
    return (plain.startswith(SCHEME) and len(plain) == SIGNED) or (_short(plain) and check(plain[:-1]) == plain[-1])


def _short(plain: str) -> bool:
    return len(plain) == SHORT and all(letter in _VALUES for letter in plain)


def _signed(keys: Keyring, plain: str) -> Code:
    head, tag, kid = plain[:-TAG], plain[-TAG:], plain[len(SCHEME) : len(SCHEME) + KEY_ID]
    if len(plain) != SIGNED:
        raise BadCode(Reason.TRUNCATED)
    if not all(letter in _VALUES for letter in plain[len(SCHEME) :]):
        raise BadCode(Reason.LOOKALIKE if LOOKALIKES & {*plain[len(SCHEME) :]} else Reason.CHANGED)
    short = head[-SHORT:]
    if check(short[:-1]) != short[-1]:
        raise BadCode(Reason.CHANGED)
    known = [key for key in keys.codes if _key_id(key) == kid]
    if not known:
        raise BadCode(Reason.UNKNOWN_KEY, kid)
    if not any(hmac.compare_digest(_tag(key, head), tag) for key in known):
        raise BadCode(Reason.FORGED, kid)
    return Code(short, Origin.SIGNED)


def _tag(key: bytes, head: str) -> str:
    return _letters(int.from_bytes(hmac.digest(key, head.encode(), "sha256")[:16]), TAG)


def _key_id(key: bytes) -> str:
    return _letters(int.from_bytes(hashlib.sha256(b"kid" + key).digest()[:4]), KEY_ID)


def _letters(number: int, count: int) -> str:
    """A number in base 31, its last `count` digits."""
    found = []
    for _ in range(count):
        number, digit = divmod(number, len(ALPHABET))
        found.append(ALPHABET[digit])
    return "".join(found)


_FOREIGN = (
    (
        Reason.PAYMENT,
        r"(WXP|WEIXINPAY|ALIPAYS?|BITCOIN|UPI):|HTTPS?://(QR\.ALIPAY|QR\.95516|WX\.TENPAY|PAYAPP\.WEIXIN)",
    ),
    (Reason.CARD, r"BEGIN:VCARD|MECARD:|BIZCARD:|TEL:|MAILTO:|SMSTO:|HTTPS?://(U\.WECHAT|WORK\.WEIXIN)\."),
    (Reason.NETWORK, r"WIFI:"),
    (Reason.LINK, r"[A-Z][A-Z0-9+.]{1,20}://|WWW\.|JAVASCRIPT:|DATA:"),
)


def _foreign(plain: str) -> Reason | None:
    return next((reason for reason, form in _FOREIGN if re.match(form, plain)), None)


def _what(plain: str) -> Reason:
    """What is the matter with a text that is no code of ours, nor of a registered maker."""
    if found := _foreign(plain):
        return found
    if len(plain) == SHORT and plain.isascii() and plain.isalnum():
        return Reason.LOOKALIKE if LOOKALIKES & {*plain} else Reason.CHANGED
    if len(plain) in (SHORT - 1, SHORT + 1) and all(letter in _VALUES for letter in plain):
        return Reason.TRUNCATED
    return Reason.NOT_REGISTERED
