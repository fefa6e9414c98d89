"""One app's access token: shared through the store, fetched once however many ask, left alone when it is refused."""

import copy
from collections.abc import Callable
from typing import TypeGuard, TypeVar

from integrations.wecom import errors, tokens

_T = TypeVar("_T")

_MARGIN = 300
"""Seconds before its end from which a token is renewed: `expires_in` is no promise (page 91039)."""
_PAUSE_REFUSED = 60
"""Seconds without calls after WeCom refused the whole app: going on gets the server's IP blocked for an hour."""
_PAUSE_UNREACHABLE = 5
"""Seconds without asking for a token after nobody answered: waiting threads need not each run into the time-out."""


class Access:
    """Lends the token to calls, and pauses them all while the app as a whole is refused."""

    def __init__(
        self,
        store: tokens.TokenStore,
        key: str,
        fetch: Callable[[], tuple[str, float]],
        clock: Callable[[], float],
    ) -> None:
        """`fetch` asks WeCom and gives (token, lifetime in seconds) or raises `WeComError`; `clock` gives Unix time."""
        self._store = store
        self._key = key
        self._fetch = fetch
        self._clock = clock
        self._held: tokens.Token | None = None
        self._pause: tuple[float, errors.WeComError] | None = None

    def call(self, attempt: Callable[[str], _T]) -> _T:
        """Run `attempt(token)`; if just the token is refused, once more with a fresh one, and never a third time."""
        token = self.token()
        try:
            return attempt(token)
        except errors.WeComError as error:
            if error.code not in errors.TOKEN_CODES:
                self._heed(error)
                raise
        token = self.token(refused=token)
        try:
            return attempt(token)
        except errors.WeComError as error:
            self._heed(error)
            raise

    def token(self, refused: str = "") -> str:
        """Give a token that is fresh and not the refused one. Raises `Down` or `Busy`; in a pause without asking."""
        self._stop_if_paused()
        if self._usable(self._held, refused):
            return self._held.value
        stored = self._store.load(self._key)  # the lock is for fetching: nobody who finds a token good need wait for it
        if self._usable(stored, refused):
            self._held = stored
            return stored.value
        with self._store.lock(self._key):
            self._stop_if_paused()  # whoever held the lock before may have learnt that there is no point in asking
            stored = self._store.load(self._key)
            self._held = stored if self._usable(stored, refused) else self._renew()
            return self._held.value

    def _renew(self) -> tokens.Token:
        try:
            value, lifetime = self._fetch()
        except errors.WeComError as error:
            self._hold(error, _PAUSE_REFUSED if error.code in errors.WHOLE_APP else _PAUSE_UNREACHABLE)
            raise
        token = tokens.Token(value, self._clock() + lifetime - min(_MARGIN, lifetime / 10))
        self._store.save(self._key, token)
        return token

    def _usable(self, token: tokens.Token | None, refused: str) -> TypeGuard[tokens.Token]:
        return token is not None and token.value != refused and self._clock() < token.expires_at

    def _heed(self, error: errors.WeComError) -> None:
        if error.code in errors.WHOLE_APP:
            self._hold(error, _PAUSE_REFUSED)

    def _hold(self, error: errors.WeComError, seconds: float) -> None:
        if isinstance(error, errors.Busy):
            seconds = error.retry_after
        self._pause = (self._clock() + seconds, copy.copy(error))

    def _stop_if_paused(self) -> None:
        """Raise what was learnt last, for as long as it is likely to hold."""
        if self._pause is None:
            return
        until, error = self._pause
        left = until - self._clock()
        if left <= 0:
            return
        again = copy.copy(error)
        if isinstance(again, errors.Busy):
            again.retry_after = left
        raise again
