"""Somebody missing on the lists is brought: 补充, one message with everything, 保存, each over HTTP and committed."""

from collections.abc import Iterator
from contextlib import ExitStack

import sqlalchemy as sa

from bot.bench import people, taps, traffic
from bot.bench.bed import Bench, City, bihuan, stand_in
from bot.bench.figures import Figure, Goal
from bot.bench.traffic import NotAnswered, Phone, Timed
from bot.state import contact, supplement
from bot.state.unit import Tx
from cards import words

FLOW = "supplement"
STEPS = ("word", "message", "save")
UNLISTED = people.MOST // 2  # the first number of people who are on no list
CONTACTS = 1_000  # a community's people still bear different names; the search among 100,000 is a case of its own


def saves(bench: Bench) -> Iterator[Figure]:
    """One member brings one person after another; looked for in all lists at the message and again at 保存."""
    each = bench.size(20, 3)
    for engine in bench.engines:
        with ExitStack() as stack:
            city = stack.enter_context(bench.city(engine, CONTACTS))
            ours = stack.enter_context(bihuan(city.url))
            echo = stack.enter_context(stand_in("bot.bench.echo", taps.THREADS))
            workers = [home.workers[0] for home in people.communities()][: bench.times + 1]
            _brings(city, ours.port, workers[-1], each, 0)
            found, beside = [], []
            for turn, worker in enumerate(workers[:-1], 1):
                with Phone(echo.port, worker) as phone:
                    beside.append([phone.says(traffic.REMARK) for _ in range(each * len(STEPS))])
                found.append(_brings(city, ours.port, worker, each, turn * each))
        case, base = f"P1 {engine}", tuple(map(taps.milliseconds_of(), beside))
        middle, goal = tuple(map(taps.milliseconds_of(), found)), Goal(most=5)
        yield Figure(case, "somebody is supplemented, a step, median", "ms", middle, base, taps.ECHO, goal)
        for step in STEPS:
            alone = tuple(map(taps.milliseconds_of(step=step), found))
            yield Figure(case, f"… {step} alone, median", "ms", alone, base, taps.ECHO)


def _brings(city: City, port: int, worker: str, many: int, first: int) -> list[Timed]:
    """So many people by word, message and tap; a kind refusal must not be measured."""
    related, timed = _somebody(city, worker[1:-1]), []
    with Phone(port, worker) as phone:
        for n in range(UNLISTED + first, UNLISTED + first + many):
            timed.append(phone.does("word", traffic.said(worker, words.SUPPLEMENT)))
            timed.append(phone.does("message", traffic.said(worker, _message(n, related))))
            button = traffic.drawn(city, worker, worker, "save", flow=FLOW)
            timed.append(phone.does("save", traffic.tapped(worker, *button)))
    mine = sa.select(sa.func.count()).select_from(supplement.table).where(supplement.table.c.submitted_by == worker)
    with city.core.store.read() as conn:
        if (count := conn.execute(mine).scalar_one()) != many:
            raise NotAnswered(f"{worker} brought {count} people instead of {many}: refusals were measured")
    return timed


def _message(n: int, related: str) -> str:
    return (
        f"姓名：演练人 证件号：{people.id_number(n)} 电话：1440{n:07d} 现住址：演练路{n}号\n"
        f"关联人：{related} 关系：子女 核实反馈结果：判定后再核实 是否陪护：否"
    )


def _somebody(city: City, area_code: str) -> str:
    """The name of a contact of a community that nobody else there bears."""
    with city.core.store.read() as conn:
        tx = Tx(conn, city.core.keys, city.core.runner.now(), "bench")
        names = [one.name for one in contact.noun.where(tx, contact.table.c.area_code == area_code)]
    return next(name for name in names if names.count(name) == 1)
