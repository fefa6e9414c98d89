"""P8: a photograph sent in chat until its answer shows on the phone, over HTTP: a whole bot, the sandbox as its WeCom.

The long way round: callback, outbox, download, the bounded process, back through the desk, and the answer's own letter.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack

from bot.bench import issuing, people, scenes, taps
from bot.bench.bed import Bench, City, bihuan
from bot.bench.figures import Figure, Goal, milliseconds
from bot.bench.traffic import NotAnswered
from bot.state import code, supply
from cards import words
from integrations.wecom.sandbox import server
from integrations.wecom.sandbox.phone import NotSeen, Phone
from integrations.wecom.sandbox.settings import Member, Settings

BOUND = "✓ 已发放并绑定"
PATIENCE = 30.0  # seconds after which a photograph counts as never answered
WITHIN = 2000  # ms: issue 5


def photographs(bench: Bench) -> Iterator[Figure]:
    """One member gives kits to a household of five by photographs of 12 MP; typed codes beside them."""
    for engine in bench.engines:
        with ExitStack() as stack:
            city = stack.enter_context(bench.city(engine, 256 * 2 * issuing.FAMILY))
            workers = [home.workers[0] for home in people.communities()][: bench.times + 1]
            for worker in workers:
                issuing.make_ready(city, worker[1:-1], 2 * issuing.FAMILY)
            taps.told_long_ago(city)
            members = tuple(Member(worker, worker) for worker in workers)
            phones = stack.enter_context(server.create(Settings(members=members)))
            ours = stack.enter_context(bihuan(city.url, wecom=phones.url, web_only=False))
            phones.configure(f"{ours.url}/wecom/callback")
            _gives(city, phones.url, workers[-1])  # the reading process is there, statements are compiled
            runs = [_gives(city, phones.url, worker) for worker in workers[:-1]]
        case, what, against = f"P8 {engine}", "photograph in chat → answer on the phone", "the same codes, typed"
        found, typed = ([run[which] for run in runs] for which in (0, 1))
        middle, beside = tuple(map(milliseconds, found)), tuple(map(milliseconds, typed))
        yield Figure(case, f"{what}, median", "ms", middle, beside, against)
        slowest = tuple(1000 * max(run) for run in found)
        yield Figure(case, f"{what}, slowest", "ms", slowest, (), "", Goal(most=WITHIN))


def _gives(city: City, url: str, worker: str) -> tuple[list[float], list[float]]:
    """Seconds for each of a household by photograph, and for each of another by typing."""
    codes = issuing.does(city, lambda tx: supply.print_new(tx, 2 * issuing.FAMILY)[1])
    shots = [scenes.chat_photo(code.payload(city.core.keys, one), n) for n, one in enumerate(codes[: issuing.FAMILY])]
    phone = Phone(url, worker)
    _chooses_a_household(phone)
    photographed = [_answered(phone, shot) for shot in shots]
    _chooses_a_household(phone)
    return photographed, [_answered(phone, one) for one in codes[issuing.FAMILY :]]


def _chooses_a_household(phone: Phone) -> None:
    """Up to the question for the code of its first member; whoever still waits comes first."""
    for said in (words.ISSUE, words.TRANSPORT_KINDS[0], "1", "1"):
        phone.says(said)


def _answered(phone: Phone, code_of: bytes | str) -> float:
    """Seconds from the gesture until the phone shows that it was bound; `NotAnswered` when it never does."""
    started = time.perf_counter()
    if isinstance(code_of, bytes):
        phone.sends_photo(code_of)
    else:
        phone.says(code_of)
    try:
        phone.sees(BOUND, PATIENCE, new=True)
    except NotSeen as lost:
        raise NotAnswered(str(lost)) from None
    return time.perf_counter() - started
