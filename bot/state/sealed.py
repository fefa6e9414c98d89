"""Sealing personal values: AES-256-GCM bound to table, column and row, and keyed hashes for exact look-up.

A sealed value is `0x01 | key id (2) | nonce (12) | ciphertext | tag (16)` (RELIABILITY §4.3). Its associated data is
`table|column|row id`, so a value copied into another row no longer opens. A look-up hash is HMAC-SHA-256 over the
normalised value, cut to 16 bytes, with one key per column: equality can be seen, nothing else can be guessed offline.
"""

import hashlib
import hmac
import os
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_FORM = b"\x01"
_SHORTEST = 1 + 2 + 12 + 16


class Unsealable(Exception):
    """The value was sealed with a key we do not have, or belongs to another row."""


def _derive(secret: str, purpose: str) -> bytes:
    """One key per purpose: HKDF-Expand over an already uniform secret (RFC 5869, one block)."""
    root = hmac.digest(b"bihuan", secret.encode(), "sha256")
    return hmac.digest(root, purpose.encode() + b"\x01", "sha256")


class Keyring:
    """All keys of the house, derived from `BIHUAN_SECRET_KEY`: the first secret seals, every one opens.

    Look-up hashes and the journal's chain come from the *last* secret: they cannot be rotated by sealing anew, and
    known people must stay known, so the oldest secret is kept at the end of the list for as long as the data lives.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        self._field: dict[bytes, AESGCM] = {}
        self._ordered = ordered = list(secrets)
        self._oldest = ordered[-1]
        self._kid = b""
        for secret in ordered:
            key = _derive(secret, "field")
            kid = hashlib.sha256(b"kid" + key).digest()[:2]
            self._field[kid] = AESGCM(key)
            self._kid = self._kid or kid
        self._index: dict[str, hmac.HMAC] = {}  # by column, the key taken in: to copy costs less than to begin
        self.audit = _derive(self._oldest, "audit")
        self.codes = tuple(_derive(secret, "code") for secret in ordered)  # the first signs labels, every one is known

    def __reduce__(self) -> tuple[type["Keyring"], tuple[list[str]]]:
        """For a process of our own, over a line that nobody else can read (`bot/reading.py`)."""
        return Keyring, (self._ordered,)

    def seal(self, value: str, table: str, column: str, row: str) -> bytes:
        """Seal a text for one cell; an empty text stays empty, so that "not given" needs no key."""
        if not value:
            return b""
        return self._box(os.urandom(12), value, f"{table}|{column}|{row}")

    def seal_rows(self, table: str, rows: Sequence[tuple[str, Mapping[str, str]]]) -> list[dict[str, bytes]]:
        """Seal the cells of many rows, each (row id, texts by column), at one draw of chance for all their nonces."""
        chance, at, found = os.urandom(12 * sum(len(texts) for _, texts in rows)), 0, []
        for row, texts in rows:
            boxes = {}
            for column, value in texts.items():
                nonce, at, bound = chance[at : at + 12], at + 12, f"{table}|{column}|{row}"
                boxes[column] = self._box(nonce, value, bound) if value else b""
            found.append(boxes)
        return found

    def _box(self, nonce: bytes, value: str, bound: str) -> bytes:
        """The one form of a sealed value."""
        return _FORM + self._kid + nonce + self._field[self._kid].encrypt(nonce, value.encode(), bound.encode())

    def open(self, box: bytes | memoryview | None, table: str, column: str, row: str) -> str:
        """The text that was sealed for this cell; `Unsealable` if it was not sealed for it, or by another key."""
        if not box:
            return ""
        data = bytes(box)
        key = self._field.get(data[1:3])
        if data[:1] != _FORM or key is None or len(data) < _SHORTEST:
            raise Unsealable(f"{table}.{column}: not sealed with a key of ours")
        try:
            return key.decrypt(data[3:15], data[15:], f"{table}|{column}|{row}".encode()).decode()
        except InvalidTag:
            raise Unsealable(f"{table}.{column}: this value was sealed for another row") from None

    def look_up(self, column: str, value: str) -> bytes:
        """The 16-byte look-up hash of a value, or `b""` for an empty one (which matches nothing)."""
        return self.mark(column, normalise(value))

    def mark(self, column: str, plain: str) -> bytes:
        """The look-up hash of a value that is normalised already."""
        if not plain:
            return b""
        begun = self._index.get(column)
        if begun is None:
            begun = self._index[column] = hmac.new(_derive(self._oldest, f"index:{column}"), digestmod="sha256")
        made = begun.copy()
        made.update(plain.encode())
        return made.digest()[:16]


def normalise(value: str) -> str:
    """What two spellings of one value share: NFKC, no white space, upper case."""
    if value.isascii():
        return "".join(value.split()).upper()
    return "".join(unicodedata.normalize("NFKC", value).split()).upper()
