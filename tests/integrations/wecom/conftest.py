"""Fixtures of the WeCom adapter's tests: an API to speak to and a client that speaks to it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from integrations.wecom import client, tokens
from tests.integrations.wecom import api as stand_in

CORP = "ww0123456789abcdef"
SECRET = "the-secret-nobody-may-ever-see"
AGENT = 1000002


class Clock:
    """Unix time that moves only when told."""

    def __init__(self) -> None:
        self.now = 1_760_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def api() -> Iterator[stand_in.Api]:
    server = stand_in.Api()
    yield server
    server.stop()


@pytest.fixture
def connect(api: stand_in.Api, clock: Clock) -> Iterator[Callable[..., client.WeCom]]:
    """Make clients of the API; settings can be overridden by name."""
    made: list[client.WeCom] = []

    def make(**settings: Any) -> client.WeCom:
        usual = {"base_url": api.url, "corp_id": CORP, "secret": SECRET, "agent_id": AGENT, "clock": clock}
        made.append(client.WeCom(**{**usual, "tokens": tokens.MemoryTokens(), **settings}))
        return made[-1]

    yield make
    for wecom in made:
        wecom.close()


@pytest.fixture
def wecom(connect: Callable[..., client.WeCom]) -> client.WeCom:
    return connect()
