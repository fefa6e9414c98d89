"""What needs no server: statements for each handler, microseconds for a callback opened and for a card drawn."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from wechatpy.enterprise import parse_message
from wechatpy.enterprise.crypto import WeChatCrypto

from bot.bench import people, traffic
from bot.bench.bed import Bench, City
from bot.bench.figures import Figure, Goal
from bot.state.store import Store
from bot.web import webhook
from cards import key as card_key
from cards import parts
from cards import verification as card
from integrations.wecom import callback, crypto
from integrations.wecom.sandbox import envelope

BUDGET = 20  # statements of the dearest handler, BEGIN and COMMIT not counted
NOW = datetime(2022, 11, 22, 2, 30, tzinfo=UTC)


# ── statements ────────────────────────────────────────────────────────────────────────────────────────────────────────


def statements(bench: Bench) -> Iterator[Figure]:
    """How often one contact's road asks the database, step by step: a regression shows here without a clock."""
    for engine in bench.engines:
        with bench.city(engine, 1_000) as city, counted(city.core.store) as seen:
            for step, count in _road(city, seen):
                yield Figure(f"inside {engine}", f"statements: {step}", "", (count,), goal=Goal(most=BUDGET))


@contextmanager
def counted(store: Store) -> Iterator[list[str]]:
    """Every statement the writing engine executes in here, but for BEGIN; clear the list as you like."""
    seen: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    sa.event.listen(store.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(store.engine, "before_cursor_execute", note)


def _road(city: City, seen: list[str]) -> Iterator[tuple[str, int]]:
    """Each step of a road through the desk, the callbacks being read as the door reads them."""
    userid = people.communities()[0].workers[0]
    ((_, refs),) = traffic.hand_out(city, [userid], 2).items()
    for ref in refs:  # the first warms what is built once
        steps = []
        for step, xml in traffic.deeds(city, userid, ref):
            seen.clear()
            answer = city.core.runner.handle(webhook.as_event(callback.parse(xml.encode())))
            if answer.outcome != "applied":
                raise RuntimeError(f"{step}: {answer.outcome} {answer.text}")
            steps.append((step, len(seen)))
    yield from steps


# ── callbacks and cards ───────────────────────────────────────────────────────────────────────────────────────────────


def callbacks(bench: Bench) -> Iterator[Figure]:
    """A card event opened and parsed, beside wechatpy's two calls for the same."""
    platform, now = traffic.PLATFORM, time.time()
    xml = traffic.tapped("li.fang", _keys("submit"), "t" * 32, {"info": ["same"], "result": ["7"], "door": ["na"]})
    sealed = envelope.seal(platform, xml, now)
    door = crypto.Envelope(platform.token, platform.encoding_aes_key, platform.corp_id, platform.agent_id)
    wechatpy = WeChatCrypto(platform.token, platform.encoding_aes_key, platform.corp_id)
    body, query = sealed.body.encode(), sealed.query
    signed = (query["msg_signature"], query["timestamp"], query["nonce"])
    ours, beside = _side_by_side(
        bench,
        lambda: callback.parse(door.open(query, body, now)),
        lambda: parse_message(wechatpy.decrypt_message(body, *signed)),
    )
    yield Figure("inside", "callback opened and parsed", "µs", ours, beside, "wechatpy")


def cards(bench: Bench) -> Iterator[Figure]:
    """The pending card and the form, drawn and checked against WeCom's limits."""
    who = parts.person("王建明", "密接", "14400001001", people.id_number(1), "前埔南小区3栋2单元501室", "演练-0117")
    for name, draw in (
        ("pending card", lambda: card.pending(who, NOW + timedelta(hours=1), NOW, _keys)),
        ("form", lambda: card.ask_form(who, _keys, {})),
    ):
        yield Figure("inside", f"{name} drawn", "µs", _side_by_side(bench, draw)[0])


def _keys(verb: str, arg: str = "") -> str:
    return card_key.pack(card_key.Key("verification", verb, "0" * 32, 2, arg))


def _side_by_side(bench: Bench, *work: Callable[[], Any]) -> list[tuple[float, ...]]:
    """Microseconds a call of each, in turn, so that what slows the machine slows both."""
    calls = bench.size(2_000, 50)
    found: list[list[float]] = [[] for _ in work]
    for _ in range(bench.times):
        for one, times in zip(work, found, strict=True):
            started = time.perf_counter()
            for _ in range(calls):
                one()
            times.append(1e6 * (time.perf_counter() - started) / calls)
    return [tuple(times) for times in found]
