"""Fixtures: a sandbox with three members on a free port, a small bot behind it, phones in their hands."""

from collections.abc import Callable, Iterator

import pytest
import requests

from integrations.wecom.sandbox import phone, server, settings
from tests.integrations.wecom.sandbox.asking import Api
from tests.integrations.wecom.sandbox.bot import Bot

MEMBERS = (
    settings.Member("Chen.Jing", "陈静", tags=(7,)),
    settings.Member("li.lei", "李雷", departments=(1, 2)),
    settings.Member("han.mei", "韩梅"),
    settings.Member("outside", "外人", in_range=False, departments=(9,)),
)
SETTINGS = settings.Settings(members=MEMBERS, answer_limit=0.5, retry_delay=0.01, seed=1)


@pytest.fixture(scope="session")
def running() -> Iterator[tuple[server.Sandbox, Bot]]:
    """One bot and one sandbox for all tests; each test gets them clean."""
    bot = Bot(SETTINGS)
    with server.create(SETTINGS) as sandbox:
        yield sandbox, bot
    bot.close()


@pytest.fixture
def bot(running: tuple[server.Sandbox, Bot]) -> Bot:
    """A bot that answers nothing until told to."""
    running[1].forget()
    return running[1]


@pytest.fixture
def sandbox(running: tuple[server.Sandbox, Bot], bot: Bot) -> Iterator[server.Sandbox]:
    """A sandbox as at the beginning, which calls the bot."""
    made = running[0]
    requests.post(f"{made.url}/control/reset", timeout=10).raise_for_status()
    made.configure(bot.url)
    yield made
    assert made.courier.settle(10), "a test left callbacks on the line"


@pytest.fixture
def api(sandbox: server.Sandbox) -> Api:
    """The bot's way to the sandbox."""
    return Api(sandbox)


@pytest.fixture
def hand(sandbox: server.Sandbox) -> Callable[[str], phone.Phone]:
    """A member's phone: hand("li.lei").taps(…)."""
    return lambda userid: phone.Phone(sandbox.url, userid)
