"""wechatpy's client base with its gaps closed: one address, time-outs everywhere, one renewal, errors without secrets.

wechatpy 1.8.18 hard-wires the host of gettoken and media/get, waits for ever on gettoken, repeats refused tokens
without end, and hangs request and response (with the secret in the URL) on its exceptions.
"""

import json
import ssl
from collections.abc import Callable
from http.cookiejar import DefaultCookiePolicy
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
import urllib3.exceptions
from requests.adapters import HTTPAdapter
from wechatpy.enterprise import WeChatClient
from wechatpy.exceptions import WeChatClientException

from integrations.wecom import access, errors, redaction, tokens

Timeout = tuple[float, float]
"""Seconds to connect, and between two pieces of an answer."""

_T = TypeVar("_T")
_POOL = 16
_LIFETIME = 7200
_SHORTEST = 60
_JSON = {"Content-Type": "application/json; charset=utf-8"}
_UNREACHABLE = "无法连接企业微信接口，请检查网络、DNS 和出口代理"


class Transport(WeChatClient):  # type: ignore[misc]  # wechatpy has no types
    """Speaks to the API for one app; safe for many threads. Its `get` and `post` give dicts and raise `WeComError`."""

    def __init__(
        self,
        base_url: str,
        corp_id: str,
        secret: str,
        agent_id: int,
        store: tokens.TokenStore,
        *,
        timeout: Timeout,
        clock: Callable[[], float],
    ) -> None:
        super().__init__(corp_id, secret, timeout=timeout, auto_retry=False)
        self.API_BASE_URL = _api(base_url)
        self._http = _session(self.API_BASE_URL, timeout)
        self._access = access.Access(store, tokens.key(corp_id, agent_id, secret), self._new_token, clock)
        redaction.install()

    @property
    def access_token(self) -> str:
        """The app's token, as wechatpy's own parts ask for it."""
        return self._access.token()

    def fetch_access_token(self) -> dict[str, Any]:
        """Ask gettoken at our address (page 91039). wechatpy's own goes to the real host whatever was configured."""
        query = {"corpid": self.corp_id, "corpsecret": self.secret}
        return dict(self._fetch_access_token(url=self.API_BASE_URL + "gettoken", params=query))

    def stream(self, endpoint: str, params: dict[str, str], read: Callable[[requests.Response], _T]) -> _T:
        """GET something that is not JSON, and give what `read` makes of the unread response."""
        return self._access.call(lambda token: self._stream(token, endpoint, params, read))

    def close(self) -> None:
        """Let go of the kept connections."""
        self._http.close()

    def _request(self, method: str, url_or_endpoint: str, **kwargs: Any) -> dict[str, Any]:
        """Do one call of the API; every method wechatpy has comes through here."""
        if isinstance(kwargs.get("data"), dict):
            # Raw UTF-8: escapes are refused by some endpoints (40033). A lone surrogate must not stop a message.
            kwargs["data"] = json.dumps(kwargs["data"], ensure_ascii=False).encode(errors="replace")
            kwargs["headers"] = _JSON
        return self._access.call(lambda token: self._attempt(token, method, url_or_endpoint, kwargs))

    def _attempt(self, token: str, method: str, endpoint: str, kwargs: dict[str, Any]) -> dict[str, Any]:
        params = {**kwargs.get("params", {}), "access_token": token}
        changes = method == "post"
        try:
            answer = super()._request(method, endpoint, **{**kwargs, "params": params})
        except (WeChatClientException, requests.RequestException, ValueError, TypeError) as error:
            failure = _failure(error, changes)
        else:
            if isinstance(answer, dict):
                return answer
            failure = _not_json(changes)
        raise failure  # out here, so that no cause or context takes the URL along

    def _stream(self, token: str, endpoint: str, params: dict[str, str], read: Callable[[requests.Response], _T]) -> _T:
        query = {**params, "access_token": token}
        plain = {"Accept-Encoding": "identity"}
        try:
            with self._http.get(self.API_BASE_URL + endpoint, params=query, headers=plain, stream=True) as answer:
                if answer.status_code == 200:
                    return read(answer)
                failure = errors.of_status(answer.status_code, changes=False)
        except requests.RequestException as error:
            failure = _failure(error, changes=False)
        raise failure

    def _new_token(self) -> tuple[str, float]:
        """Give (token, lifetime in seconds). Whatever goes wrong here, the call it was for has not been made."""
        try:
            answer = self.fetch_access_token()
            lifetime = float(answer.get("expires_in", _LIFETIME))
            return str(answer["access_token"]), min(max(_SHORTEST, lifetime), _LIFETIME)
        except (WeChatClientException, requests.RequestException, LookupError, ValueError, TypeError) as error:
            failure = _failure(error, changes=False)
        if isinstance(failure, errors.Refused):
            failure = errors.Down(failure.code, failure.meaning, failure.cure, failure.trace)
        raise failure


class _Adapter(HTTPAdapter):
    """Gives a time-out to requests that were made without one."""

    def __init__(self, timeout: Timeout) -> None:
        super().__init__(pool_maxsize=_POOL)
        self._timeout = timeout

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        kwargs["timeout"] = kwargs.get("timeout") or self._timeout
        return super().send(request, *args, **kwargs)


def _api(base_url: str) -> str:
    """Give the address of the API with its path, from an address with or without `/cgi-bin`."""
    parts = urlsplit(base_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("base_url: must be like https://qyapi.weixin.qq.com")
    return base_url.rstrip("/").removesuffix("/cgi-bin") + "/cgi-bin/"


def _session(api: str, timeout: Timeout) -> requests.Session:
    session = requests.Session()
    session.mount("http://", _Adapter(timeout))
    session.mount("https://", _Adapter(timeout))
    session.max_redirects = 0  # the API never redirects; whoever does must not be shown the token
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    if urlsplit(api).hostname in {"127.0.0.1", "localhost", "::1"}:
        session.trust_env = False  # a stand-in on this machine is not behind the machine's proxy
    return session


def _failure(error: Exception, changes: bool) -> errors.WeComError:
    """Say what an exception of wechatpy or requests means, without its text."""
    if isinstance(error, WeChatClientException):
        if isinstance(error.errcode, int):
            return errors.of(error.errcode, str(error.errmsg))
        if error.response.status_code != 200:
            return errors.of_status(error.response.status_code, changes)
    if not isinstance(error, requests.RequestException) or isinstance(error, requests.JSONDecodeError):
        return _not_json(changes)
    if not changes or _never_sent(error):
        return errors.Down(0, "no answer from the API", _UNREACHABLE)
    return errors.Ambiguous(0, "no answer after the call was sent")


def _not_json(changes: bool) -> errors.WeComError:
    kind = errors.Ambiguous if changes else errors.Down
    return kind(0, "the answer is not the API's JSON", "接口返回的不是 JSON，请检查接口地址和出口代理")


def _never_sent(error: requests.RequestException) -> bool:
    """Tell whether it failed before a byte of the request was written; when in doubt it did not."""
    if isinstance(error, requests.ConnectTimeout | requests.TooManyRedirects | requests.exceptions.ProxyError):
        return True
    retries = error.args[0] if error.args else None
    reason = getattr(retries, "reason", None)
    if isinstance(reason, urllib3.exceptions.NewConnectionError | urllib3.exceptions.ConnectTimeoutError):
        return True
    cause = reason.args[0] if isinstance(reason, urllib3.exceptions.SSLError) and reason.args else None
    return isinstance(cause, ssl.SSLCertVerificationError)
