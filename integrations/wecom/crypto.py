"""The envelope around every callback: what may pass the door, in which order it is checked, and why not."""

import re
from collections.abc import Mapping

from integrations.wecom import xmlflat
from integrations.wecom.keys import Bad, Keys, Reason, nonce, unbase64

__all__ = ["Bad", "Envelope", "Keys", "Reason", "nonce"]

_SHAPES = {
    "msg_signature": re.compile(r"[0-9a-f]{40}"),
    # The signature has no separators: without this shape a digit could move between timestamp and nonce and
    # the signature would still be right.
    "timestamp": re.compile(r"[0-9]{10}"),
    "nonce": re.compile(r"[0-9A-Za-z]{1,64}"),
}


class Envelope:
    """The callback door of one app. Every failure is `Bad`; no other exception leaves it, whatever comes in.

    `former` holds (token, encoding_aes_key) pairs that are still accepted while a new pair is introduced:
    give the bot both, change the console, then drop the old pair.
    """

    def __init__(
        self,
        token: str,
        encoding_aes_key: str,
        corp_id: str,
        agent_id: int | None = None,
        *,
        window: int = 900,
        former: tuple[tuple[str, str], ...] = (),
    ) -> None:
        """Take `window` in seconds, to either side of now. Raises `ValueError` naming a setting that cannot be."""
        self._corp = corp_id
        self._agent = None if agent_id is None else str(agent_id)
        self._window = window
        pairs = ((token, encoding_aes_key), *former)
        self._keys = tuple(Keys(*pair, corp_id) for pair in pairs)

    def echo(self, query: Mapping[str, str], now: float) -> str:
        """Answer the URL verification (page 90930): the text to send back as it is, without quotes or line end."""
        # A decoder that reads `+` as a space has spoilt the base64; no space belongs there, so it can be mended.
        encrypt = _once(query, "echostr").replace(" ", "+")
        message = self._authentic(query, encrypt, now).decrypt(encrypt)
        try:
            return message.decode()
        except UnicodeDecodeError:
            pass
        raise Bad(Reason.CONTENT)

    def open(self, query: Mapping[str, str], body: bytes, now: float) -> bytes:
        """Give the XML inside a callback. `query` is a plain mapping or werkzeug's MultiDict, `now` Unix seconds."""
        return self.open_with_keys(query, body, now)[0]

    def open_with_keys(self, query: Mapping[str, str], body: bytes, now: float) -> tuple[bytes, Keys]:
        """Do as `open`, and also give the pair WeCom used, with which alone it can read an answer (key rotation)."""
        outer = _outer(body)
        encrypt = outer.get("Encrypt", "")
        keys = self._authentic(query, encrypt, now)
        xml = keys.decrypt(encrypt)
        # Only `Encrypt` is signed; the outer names are checked too so that nothing downstream can trust a forged one.
        self._ours(outer.get("ToUserName") or self._corp, outer.get("AgentID", ""))
        inner = _inner(xml)
        agent = xmlflat.text(inner, "AgentID") or xmlflat.text(inner, "AgentId")
        self._ours(xmlflat.text(inner, "ToUserName"), agent)
        return xml, keys

    def seal(self, xml: str, timestamp: int, nonce: str) -> bytes:
        """Give the enveloped passive answer under the newest pair."""
        return self._keys[0].seal(xml, timestamp, nonce)

    def encrypt(self, xml: str | bytes) -> str:
        """Give the `Encrypt` text under the newest pair."""
        return self._keys[0].encrypt(xml)

    def decrypt(self, encrypt: str) -> bytes:
        """Give the message in an `Encrypt` text under the newest pair. Raises `Bad`."""
        return self._keys[0].decrypt(encrypt)

    def sign(self, timestamp: str, nonce: str, encrypt: str) -> str:
        """Give the signature under the newest pair."""
        return self._keys[0].sign(timestamp, nonce, encrypt)

    def _authentic(self, query: Mapping[str, str], encrypt: str, now: float) -> Keys:
        """Check shape, base64, signature and time, in this order; give the pair that signed."""
        given = {name: _once(query, name) for name in _SHAPES}
        if not all(shape.fullmatch(given[name]) for name, shape in _SHAPES.items()):
            raise Bad(Reason.PARAMETERS)
        unbase64(encrypt)
        for keys in self._keys:
            if keys.signed(given["msg_signature"], given["timestamp"], given["nonce"], encrypt):
                break
        else:
            raise Bad(Reason.SIGNATURE)
        if abs(now - int(given["timestamp"])) > self._window:
            raise Bad(Reason.WINDOW)
        return keys

    def _ours(self, corp: str, agent: str) -> None:
        if corp != self._corp:
            raise Bad(Reason.WRONG_CORP)
        if agent and self._agent and agent.strip() != self._agent:
            raise Bad(Reason.WRONG_AGENT)


def _once(query: Mapping[str, str], name: str) -> str:
    """Give the one value of a parameter; a parameter that is missing or doubled is refused, not chosen from."""
    getlist = getattr(query, "getlist", None)
    values = getlist(name) if getlist else [query.get(name)]
    if len(values) == 1 and isinstance(values[0], str):
        return values[0]
    raise Bad(Reason.PARAMETERS)


def _outer(body: bytes) -> dict[str, str]:
    try:
        return xmlflat.flat(body)
    except xmlflat.Malformed:
        pass
    raise Bad(Reason.ENVELOPE)


def _inner(xml: bytes) -> dict[str, list[xmlflat.Node]]:
    try:
        return xmlflat.tree(xml)
    except xmlflat.Malformed:
        pass
    raise Bad(Reason.CONTENT)
