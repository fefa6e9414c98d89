"""The platform's end of the encrypted envelope (pages 90930, 90968).

Deliberately not the bot's own `integrations.wecom.crypto`: a stand-in that shared that code would share its mistakes.
"""

import base64
import binascii
import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

import xmltodict

from integrations.wecom.sandbox import settings

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers import Cipher, modes


class BadReply(Exception):
    """The bot's passive reply could not be opened; the sentence says which step failed."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """One POST ready to go: query parameters and XML body."""

    query: dict[str, str]
    body: str


def sign(token: str, timestamp: str, nonce: str, encrypted: str) -> str:
    """SHA-1 over the four values sorted and joined, lower-case hex."""
    joined = "".join(sorted([token, timestamp, nonce, encrypted]))
    return hashlib.sha1(joined.encode(), usedforsecurity=False).hexdigest()


def encrypt(conf: settings.Settings, plain: str) -> str:
    """Base64 of AES-256-CBC over 16 random bytes, length, text, corp id, padded by PKCS#7 to blocks of 32."""
    text = plain.encode()
    data = secrets.token_bytes(16) + len(text).to_bytes(4, "big") + text + conf.corp_id.encode()
    pad = 32 - len(data) % 32
    sealer = _cipher(conf).encryptor()
    return base64.b64encode(sealer.update(data + bytes([pad]) * pad) + sealer.finalize()).decode()


def seal(conf: settings.Settings, plain: str, now: float) -> Sealed:
    """Encrypt and sign one callback as the platform does."""
    encrypted = encrypt(conf, plain)
    timestamp, nonce = str(int(now)), secrets.token_hex(8)
    query = {
        "msg_signature": sign(conf.token, timestamp, nonce, encrypted),
        "timestamp": timestamp,
        "nonce": nonce,
    }
    body = (
        f"<xml><ToUserName><![CDATA[{conf.corp_id}]]></ToUserName>"
        f"<AgentID><![CDATA[{conf.agent_id}]]></AgentID><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
    )
    return Sealed(query, body)


def open_reply(conf: settings.Settings, body: bytes) -> str:
    """The inner XML of a passive reply; raises BadReply."""
    try:
        outer = xmltodict.parse(body)["xml"]
        encrypted, signature = str(outer["Encrypt"]), str(outer["MsgSignature"])
        timestamp, nonce = str(outer["TimeStamp"]), str(outer["Nonce"])
    except Exception as error:
        raise BadReply("not an <xml> envelope with Encrypt, MsgSignature, TimeStamp and Nonce") from error
    if sign(conf.token, timestamp, nonce, encrypted) != signature:
        raise BadReply("MsgSignature does not match")
    return _decrypt(conf, encrypted)


def _cipher(conf: settings.Settings) -> "Cipher[modes.CBC]":
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    key = base64.b64decode(conf.encoding_aes_key + "=")
    return Cipher(algorithms.AES(key), modes.CBC(key[:16]))


def _decrypt(conf: settings.Settings, encrypted: str) -> str:
    try:
        data = base64.b64decode(encrypted, validate=True)
        opener = _cipher(conf).decryptor()
        plain = opener.update(data) + opener.finalize()
        pad = plain[-1]
        length = int.from_bytes(plain[16:20], "big")
        text, receiver = plain[20 : 20 + length], plain[20 + length : len(plain) - pad]
    except (ValueError, IndexError, binascii.Error) as error:
        raise BadReply("Encrypt is not AES-256-CBC in base64") from error
    if not 1 <= pad <= 32 or plain[-pad:] != bytes([pad]) * pad:
        raise BadReply("padding is not PKCS#7 with block 32")
    if receiver != conf.corp_id.encode():
        raise BadReply("the corp id at the end of the plain text is not ours")
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        raise BadReply("the reply is not UTF-8") from error
