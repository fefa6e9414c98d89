"""Where access tokens are kept: a small contract that memory, or a table shared by many processes, can fulfil."""

import contextlib
import dataclasses
import hashlib
import threading
from collections.abc import Iterator
from typing import Protocol


@dataclasses.dataclass(frozen=True, slots=True)
class Token:
    """An access token (at most 512 bytes, page 91039) and the Unix time from which it is no longer to be used."""

    value: str = dataclasses.field(repr=False)
    expires_at: float


class TokenStore(Protocol):
    """Tokens by key, with a lock per key under which exactly one caller fetches while the others wait."""

    def load(self, key: str) -> Token | None:
        """Give the stored token, expired or not."""

    def save(self, key: str, token: Token) -> None:
        """Store the token; everyone who loads after this sees it."""

    def lock(self, key: str) -> contextlib.AbstractContextManager[None]:
        """Hold the key alone, over all processes that share the store. Not to be taken twice by one caller."""


def key(corp_id: str, agent_id: int, secret: str) -> str:
    """Name the place of one app's token. The secret counts, so that a new one starts afresh, but cannot be read."""
    digest = hashlib.sha256(f"{corp_id}\n{agent_id}\n{secret}".encode()).hexdigest()
    return f"{corp_id}:{agent_id}:{digest[:16]}"


class MemoryTokens:
    """A `TokenStore` for one process and any number of threads."""

    def __init__(self) -> None:
        self._tokens: dict[str, Token] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()

    def load(self, key: str) -> Token | None:
        """Give the stored token, expired or not."""
        return self._tokens.get(key)

    def save(self, key: str, token: Token) -> None:
        """Store the token."""
        self._tokens[key] = token

    @contextlib.contextmanager
    def lock(self, key: str) -> Iterator[None]:
        """Hold the key alone among the threads of this process."""
        with self._guard:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            yield
