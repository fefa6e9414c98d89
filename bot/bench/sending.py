"""P6: the sender against a WeCom that takes 50 ms for everything: its rate, and an answer among 10,000 digests."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import requests
import sqlalchemy as sa

from bot.bench.bed import Bench, City, stand_in
from bot.bench.figures import Figure, Goal
from bot.effects import Effects
from bot.sender import WORKERS, Sender
from bot.state import base, queue
from bot.state.queue import Post, Priority
from bot.state.token import DatabaseTokens
from integrations.wecom.client import WeCom
from integrations.wecom.sandbox.settings import Settings as Platform
from integrations.wecom.tokens import Token

DELAY = 0.05
DIGESTS = 10_000
CEILING = 10_000 / 60  # WeCom's calls a second for one corp (page 90312)
WITHIN = 60.0


def sender(bench: Bench) -> Iterator[Figure]:
    """Digests to as many members as there are digests, so that no member's own pace is what is measured."""
    seconds, waiting = bench.size(5, 1), bench.size(DIGESTS, 400)
    for engine in bench.engines:
        rates, lines, answers = [], [], []
        for _ in range(bench.times):
            with bench.city(engine) as city, stand_in("bot.bench.wecom", str(DELAY)) as wecom:
                _queue(city, waiting, Priority.DIGEST)
                lines.append(_bare(wecom.url, seconds))
                rate, answer = _run(city, wecom.url, seconds)
            rates.append(rate)
            answers.append(answer)
        case, what, against = (
            f"P6 {engine}",
            "messages sent, each 50 ms away",
            f"{WORKERS} threads of requests, no queue",
        )
        yield Figure(case, what, "/s", tuple(rates), tuple(lines), against, Goal(least=0.95 * CEILING))
        yield Figure(case, f"an answer behind {waiting:,} digests", "s", tuple(answers), goal=Goal(most=1))


def _run(city: City, url: str, seconds: float) -> tuple[float, float]:
    """Messages a second while the queue is full, and the seconds one answer took in the midst of it."""
    made = _sender(city, url)
    made.start()
    try:
        time.sleep(0.5)  # the token, the lines
        before, started = _sent(city), time.perf_counter()
        time.sleep(seconds / 2)
        answer = _answer(city, made)
        time.sleep(max(0.0, seconds - (time.perf_counter() - started)))
        return (_sent(city) - before) / (time.perf_counter() - started), answer
    finally:
        made.stop()


def _sender(city: City, url: str) -> Sender:
    core = city.core
    tokens = DatabaseTokens(core.store, core.keys, Token)
    wecom = WeCom(url, Platform.corp_id, Platform.secret, Platform.agent_id, tokens)
    effects = Effects(core.store, core.keys, core.runner, wecom, core.runner.now)
    return Sender(core.store, core.keys, effects, core.runner.now)


def _answer(city: City, made: Sender) -> float:
    """Put one answer into the queue and wait until WeCom has taken it."""
    (the_id,) = _queue(city, 1, Priority.ANSWER)
    made.wake.set()
    started = time.perf_counter()
    state = sa.select(queue.outbox.c.state).where(queue.outbox.c.id == the_id)
    while time.perf_counter() - started < WITHIN:
        with city.core.store.read() as conn:
            if conn.execute(state).scalar() == Post.SENT.value:
                return time.perf_counter() - started
        time.sleep(0.005)
    raise RuntimeError(f"the answer was not sent within {WITHIN:.0f} s")


def _queue(city: City, count: int, priority: int) -> list[str]:
    """Texts in the outbox, each to another member; their ids."""
    core, now = city.core, city.core.runner.now()
    ids = [base.new_id(now) for _ in range(count)]
    rows = [
        {
            "id": the_id, "dedup": f"bench:{the_id}", "cause": "bench", "kind": "text",
            "recipient": f"m-{the_id[-12:]}", "priority": int(priority),
            "not_before": now, "expires_at": now + timedelta(hours=1),
            "payload": core.keys.seal('{"text": "待核实 12 人，其中超时 3 人"}', "outbox", "payload", the_id),
        }
        for the_id in ids
    ]  # fmt: skip
    core.store.write(lambda conn: conn.execute(queue.outbox.insert(), rows))
    return ids


def _sent(city: City) -> int:
    done = sa.select(sa.func.count()).select_from(queue.outbox).where(queue.outbox.c.state == Post.SENT.value)
    with city.core.store.read() as conn:
        return int(conn.execute(done).scalar_one())


def _bare(url: str, seconds: float) -> float:
    """The same calls by as many threads from a plain loop: what the line allows."""
    end = time.perf_counter() + seconds

    def post(_: int) -> int:
        count = 0
        with requests.Session() as line:
            line.trust_env = False
            while time.perf_counter() < end:
                line.post(f"{url}/cgi-bin/message/send", json={"touser": "m", "msgtype": "text"}, timeout=5)
                count += 1
        return count

    with ThreadPoolExecutor(WORKERS) as pool:
        return sum(pool.map(post, range(WORKERS))) / seconds
