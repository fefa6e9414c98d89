"""One (Token, EncodingAESKey) pair of a callback URL: sign, encrypt, decrypt, seal; wechatpy does the primitives.

What wechatpy 1.8.18 leaves open is closed here: padding, length field and receiver are checked in full, randomness
comes from `secrets`, and whatever is wrong is a `Bad` with a reason (page 90968).
"""

import base64
import enum
import hmac
import re
import secrets

from wechatpy.crypto import PKCS7Encoder, WeChatSigner
from wechatpy.enterprise.crypto import PrpCrypto, WeChatCrypto

_ENCODING_AES_KEY = re.compile(r"[A-Za-z0-9]{43}")
_TOKEN = re.compile(r"[A-Za-z0-9]{1,32}")
_NONCE = re.compile(r"[0-9A-Za-z]{1,64}")
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")


class Reason(enum.StrEnum):
    """Why a callback was refused: a label for counters and logs, never for the answer."""

    PARAMETERS = "parameters"
    """A query parameter is missing, doubled, or not of the documented shape."""
    ENVELOPE = "envelope"
    """The body is not one flat `<xml>` with exactly one `Encrypt`, at most 64 KB."""
    SIGNATURE = "signature"
    WINDOW = "window"
    """Signed too long ago, or in the future."""
    BASE64 = "base64"
    CIPHER = "cipher"
    """The length is no multiple of the AES block."""
    PADDING = "padding"
    LENGTH = "length"
    """The length field disagrees with the bytes that are there."""
    RECEIVER = "receiver"
    """Encrypted for another corp: usually a wrong corp id in the settings."""
    WRONG_CORP = "wrong_corp"
    WRONG_AGENT = "wrong_agent"
    CONTENT = "content"
    """Signed and decrypted, but not a message we can represent."""


_SIGNED = frozenset(
    {
        Reason.CIPHER,
        Reason.PADDING,
        Reason.LENGTH,
        Reason.RECEIVER,
        Reason.WRONG_CORP,
        Reason.WRONG_AGENT,
        Reason.CONTENT,
    }
)


class Bad(Exception):
    """A callback that is not what it should be. Tells the reason and nothing of the content."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason

    @property
    def signed(self) -> bool:
        """Whether the signature was right, so that being sent the same thing again cannot help."""
        return self.reason in _SIGNED


def nonce() -> str:
    """Give a fresh nonce for a sealed answer: 16 characters from the system's generator."""
    return secrets.token_hex(8)


class Keys:
    """A pair and the corp it belongs to. Both sides are here, so that a stand-in can play WeCom."""

    def __init__(self, token: str, encoding_aes_key: str, corp_id: str) -> None:
        """Raise `ValueError`, naming the setting, for a token or key that WeCom's console could not have given."""
        if not _TOKEN.fullmatch(token):
            raise ValueError("callback token: 1 to 32 letters or digits, as shown in the console under 接收消息")
        if not _ENCODING_AES_KEY.fullmatch(encoding_aes_key):
            raise ValueError(
                "EncodingAESKey: exactly 43 letters or digits, as shown in the console under 接收消息"
                f" (this one has {len(encoding_aes_key)} characters)"
            )
        if not corp_id:
            raise ValueError("corp id: must not be empty (console: 我的企业 → 企业ID)")
        self._corp = corp_id
        self._receiver = corp_id.encode()
        self._token = token
        self._wechatpy = WeChatCrypto(token, encoding_aes_key, corp_id)
        self._cipher = _Cipher(self._wechatpy.key)

    def sign(self, timestamp: str, nonce: str, encrypt: str) -> str:
        """Give the `msg_signature`: 40 lower-case hexadecimal digits."""
        signer = WeChatSigner()
        signer.add_data(self._token, timestamp, nonce, encrypt)
        return str(signer.signature)

    def signed(self, signature: str, timestamp: str, nonce: str, encrypt: str) -> bool:
        """Tell whether the signature is ours, in a time that says nothing about how much of it was right."""
        return hmac.compare_digest(self.sign(timestamp, nonce, encrypt).encode(), signature.encode())

    def encrypt(self, xml: str | bytes) -> str:
        """Give the base64 text that stands in `<Encrypt>` (or in `echostr`)."""
        return bytes(self._cipher.encrypt(xml, self._corp)).decode("ascii")

    def decrypt(self, encrypt: str) -> bytes:
        """Give the message out of an `<Encrypt>` text. Raises `Bad`: base64, cipher, padding, length or receiver."""
        content = _unpad(self._cipher.plain(unbase64(encrypt)))
        if len(content) < 20:
            raise Bad(Reason.LENGTH)
        end = 20 + int.from_bytes(content[16:20], "big")
        if end > len(content):
            raise Bad(Reason.LENGTH)
        if not hmac.compare_digest(content[end:], self._receiver):
            raise Bad(Reason.RECEIVER)
        return content[20:end]

    def seal(self, xml: str, timestamp: int, nonce: str) -> bytes:
        """Give a passive answer in its envelope (page 90930), ready to be the body of the 200."""
        if not _NONCE.fullmatch(nonce):
            raise ValueError("nonce: 1 to 64 letters or digits")
        # Its public twin would build a cipher of its own, with randomness we do not want.
        sealed = self._wechatpy._encrypt_message(xml, nonce, str(timestamp), lambda _key: self._cipher)
        return str(sealed).encode()


def unbase64(encrypt: str) -> bytes:
    """Decode strictly: the standard alphabet, right padding, no white space. Raises `Bad(BASE64)`."""
    if _BASE64.fullmatch(encrypt) and len(encrypt) % 4 == 0:
        return base64.b64decode(encrypt, validate=True)
    raise Bad(Reason.BASE64)


class _Cipher(PrpCrypto):  # type: ignore[misc]  # wechatpy has no types
    """wechatpy's cipher with the system's randomness, and a decryption that stops before its unchecked slicing."""

    def get_random_string(self) -> bytes:
        return secrets.token_bytes(16)

    def plain(self, ciphertext: bytes) -> bytes:
        if not ciphertext or len(ciphertext) % 16:
            raise Bad(Reason.CIPHER)
        return bytes(self.cipher.decrypt(ciphertext))


def _unpad(padded: bytes) -> bytes:
    """Take off PKCS#7 padding of block 32, every byte of it checked."""
    size = padded[-1]
    if not 1 <= size <= PKCS7Encoder.block_size or padded[-size:] != bytes([size]) * size:
        raise Bad(Reason.PADDING)
    return padded[:-size]
