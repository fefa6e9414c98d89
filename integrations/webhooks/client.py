"""Another system is told by webhook: signed, never redirected, bounded in time, and honest about what failed.

The signature is Stripe's form: `X-Bihuan-Signature: t=<unix>,v1=<hex HMAC-SHA-256 over "t.body">`. A receiver checks
it in constant time, refuses stamps more than 300 s away on either side, and knows a repeat by its `Idempotency-Key`.
"""

import hashlib
import hmac
import json
import re
import time
from collections.abc import Callable, Mapping
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests

from integrations.webhooks import peers

IDEMPOTENCY, SIGNATURE = "Idempotency-Key", "X-Bihuan-Signature"
TOLERANCE = 300.0
_LONGEST_ANSWER = 16 * 1024
_PATIENCE = 10.0  # seconds for a whole answer; the time-out below is only between two pieces of it
_PASSING = {408, 429}
_FORM = re.compile(r"t=(\d{10})((?:,v1=[0-9a-f]{64})+)")


class DeliveryFailed(Exception):
    """It is not known to have arrived; `permanent` when the receiver will refuse it again. Holds no personal data."""

    def __init__(self, message: str, permanent: bool) -> None:
        self.permanent = permanent
        super().__init__(message)


class Webhook:
    """One receiver at one address. `clock` gives Unix seconds, `timeout` seconds to connect and between two pieces.

    With `only_public` the name is resolved here, once a connection, and no private, local or reserved address is ever
    connected to, nor any proxy asked: the address was typed by somebody else than the operator.
    """

    def __init__(
        self,
        url: str,
        key: str,
        clock: Callable[[], float],
        timeout: tuple[float, float] = (3.0, 5.0),
        *,
        only_public: bool = False,
    ) -> None:
        self._url, self._key, self._clock, self._timeout = url, key, clock, timeout
        self._http = requests.Session()
        self._http.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        if urlsplit(url).hostname in {"127.0.0.1", "localhost", "::1"}:
            self._http.trust_env = False  # a stand-in on this machine is not behind the machine's proxy
        if only_public:
            self._http.trust_env = False  # a proxy would resolve the name anew, and see what we may not
            for scheme in ("https://", "http://"):
                self._http.mount(scheme, peers.PublicOnly())

    def deliver(self, the_id: str, document: Mapping[str, Any]) -> None:
        """Bring one document under its id, which is the same each time; `DeliveryFailed` unless it was taken."""
        body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            IDEMPOTENCY: the_id,
            SIGNATURE: sign(self._key, int(self._clock()), body),
        }
        failure = self._attempt(body, headers)
        if failure is not None:
            raise failure  # out here, so that no cause or context takes the address along

    def close(self) -> None:
        """Let go of the kept connections."""
        self._http.close()

    def _attempt(self, body: bytes, headers: Mapping[str, str]) -> DeliveryFailed | None:
        try:
            with self._http.post(
                self._url, data=body, headers=headers, timeout=self._timeout, allow_redirects=False, stream=True
            ) as answer:
                return _verdict(answer.status_code, _said(answer))
        except peers.NotPublic:
            return DeliveryFailed("address is not public", permanent=True)
        except (requests.RequestException, OSError) as error:
            return DeliveryFailed(f"no answer: {type(error).__name__}", permanent=False)


def sign(key: str, at: int, body: bytes) -> str:
    """The value of `X-Bihuan-Signature` for a body sent at `at` (Unix seconds)."""
    return f"t={at},v1={_mac(key, at, body)}"


def genuine(key: str, header: str, body: bytes, now: float, tolerance: float = TOLERANCE) -> bool:
    """Whether a body bears our signature and its stamp is at most `tolerance` seconds from `now`, on either side."""
    form = _FORM.fullmatch(header)
    if form is None or abs(now - int(form[1])) > tolerance:
        return False
    wanted = _mac(key, int(form[1]), body)
    return any(hmac.compare_digest(wanted, given) for given in form[2].split(",v1=")[1:])


def _mac(key: str, at: int, body: bytes) -> str:
    return hmac.new(key.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()


def _said(answer: requests.Response) -> bytes:
    """What an answer says, byte by byte, so that one who drips it cannot hold us; `b""` if it says too much."""
    said, until = bytearray(), time.monotonic() + _PATIENCE
    for piece in answer.iter_content(1):
        said += piece
        if len(said) > _LONGEST_ANSWER or time.monotonic() > until:
            return b""
    return bytes(said)


def _verdict(status: int, said: bytes) -> DeliveryFailed | None:
    """What an answer means: 2xx done, 4xx refused for good except 408 and 429, all else to be tried again."""
    if 200 <= status < 300:
        return DeliveryFailed(f"HTTP {status} with an error", permanent=False) if _complains(said) else None
    return DeliveryFailed(f"HTTP {status}", permanent=400 <= status < 500 and status not in _PASSING)


def _complains(said: bytes) -> bool:
    """Whether a body is a JSON object with an `error`: some systems say 200 and mean no."""
    try:
        answer = json.loads(said)
    except (ValueError, RecursionError):
        return False
    return isinstance(answer, dict) and bool(answer.get("error"))
