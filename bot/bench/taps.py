"""P1, P2, P4: a verification tap over HTTP with its transaction committed, beside the echo bot on the same server."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

from bot.bench import people, traffic
from bot.bench.bed import Bench, City, Server, bihuan, stand_in
from bot.bench.figures import Figure, Goal, milliseconds
from bot.bench.traffic import ROAD, Phone, Timed
from bot.state import hotel, queue

THREADS = "16"  # as `bihuan serve` has them
CLIENTS = 16
RATE = 50.0
ECHO = "echo bot (wechatpy + Flask)"
Values = tuple[float, ...]


def one_client(bench: Bench) -> Iterator[Figure]:
    """P1: one member, one tap after another."""
    members, each = bench.size(10, 1), bench.size(5, 3)
    for engine in bench.engines:
        with ExitStack() as stack:
            city, ours, echo = _pair(bench, stack, engine, bench.size(2_000, 1_000))
            rounds = _hand_out(bench, city, members, each)
            timed, beside, commits = [], [], []
            for hand in rounds:
                commits.append(_bare_commit(bench, city, engine))
                beside.append(echoes(echo, len(ROAD) * members * each))
                timed.append([one for member in hand for one in traffic.work(ours.port, city, *member)])
        yield from _steps(f"P1 {engine}", timed, beside, Goal(most=3 if engine == "sqlite" else 5))
        yield Figure(f"P1 {engine}", "a bare commit of one row: the disk's part", "ms", tuple(commits))


def _bare_commit(bench: Bench, city: City, engine: str) -> float:
    """The median of one row written durably and nothing else, in ms: what no bot on this disk can undercut."""
    took = []
    city.core.store.write(lambda conn: conn.execute(hotel.table.delete()))
    city.core.store.write(lambda conn: conn.execute(hotel.table.insert().values(code="BENCH", name="演练")))
    with city.core.store.engine.connect() as conn:
        line: Any = conn.connection.driver_connection
        for _ in range(bench.size(50, 5)):
            started = time.perf_counter()
            line.execute("BEGIN IMMEDIATE" if engine == "sqlite" else "BEGIN")
            line.execute("UPDATE hotel SET capacity = capacity + 1")
            line.execute("COMMIT")
            took.append(time.perf_counter() - started)
    return milliseconds(took)


def _steps(case: str, timed: list[list[Timed]], beside: list[list[Timed]], goal: Goal) -> Iterator[Figure]:
    base, tails = _each(beside, milliseconds_of()), [_each(runs, milliseconds_of(0.99)) for runs in (timed, beside)]
    yield Figure(case, "tap, 1 client, median", "ms", _each(timed, milliseconds_of()), base, ECHO, goal)
    yield Figure(case, "tap, 1 client, p99", "ms", tails[0], tails[1], ECHO)
    for step in ROAD:
        yield Figure(case, f"… {step} alone, median", "ms", _each(timed, milliseconds_of(step=step)), base, ECHO)


def many_clients(bench: Bench) -> Iterator[Figure]:
    """P2: sixteen members, each as fast as they are answered."""
    each = bench.size(12, 2)
    for engine in bench.engines:
        with ExitStack() as stack:
            city, ours, echo = _pair(bench, stack, engine, bench.size(4_000, 2_000))
            rounds = _hand_out(bench, city, CLIENTS, each)
            found, base = [], []
            for hand in rounds:
                base.append(traffic.at_once([_echoing(echo, len(ROAD) * each) for _ in range(CLIENTS)]))
                found.append(traffic.at_once([_working(ours, city, one) for one in hand]))
        yield from _crowd(f"P2 {engine}", found, base, 0.30 if engine == "sqlite" else 0.20)


def _crowd(
    case: str, found: list[tuple[list[Timed], float]], base: list[tuple[list[Timed], float]], share: float
) -> Iterator[Figure]:
    def rates(runs: list[tuple[list[Timed], float]]) -> Values:
        return tuple(len(timed) / seconds for timed, seconds in runs)

    def tails(runs: list[tuple[list[Timed], float]]) -> Values:
        return tuple(milliseconds_of(0.99)(timed) for timed, _ in runs)

    yield Figure(case, "taps, 16 clients", "/s", rates(found), rates(base), ECHO, Goal(ratio_least=share))
    yield Figure(case, "tap, 16 clients, p99", "ms", tails(found), tails(base), ECHO, Goal(most=60))


def evenly(bench: Bench) -> Iterator[Figure]:
    """P2: 50 taps a second on a whole bot that also sends; a tap has its moment, and a late answer counts from it."""
    each = bench.size(12, 2)
    for engine in bench.engines:
        with ExitStack() as stack:
            wecom = stack.enter_context(stand_in("bot.bench.wecom", "0.05"))
            city = stack.enter_context(bench.city(engine, bench.size(4_000, 2_000)))
            rounds = _hand_out(bench, city, CLIENTS, each)
            told_long_ago(city)
            ours, echo = _servers(stack, city, wecom.url)
            found, base = [], []
            for hand in rounds:
                base.append(traffic.at_once([_echoing(echo, len(ROAD) * each, which) for which in range(CLIENTS)])[0])
                found.append(traffic.at_once([_paced(ours, city, one, which) for which, one in enumerate(hand)])[0])
        case, what = f"P2 {engine}", f"tap, {RATE:.0f}/s on a bot that also sends"
        middles, tails = _each(found, milliseconds_of()), _each(found, milliseconds_of(0.99))
        yield Figure(case, f"{what}, median", "ms", middles, _each(base, milliseconds_of()), ECHO)
        yield Figure(case, f"{what}, p99", "ms", tails, _each(base, milliseconds_of(0.99)), ECHO, Goal(most=50))


def growth(bench: Bench) -> Iterator[Figure]:
    """P4: the same tap with few and with many contacts in the database."""
    few, many = 1_000, bench.size(100_000, 2_000)
    members, each = bench.size(16, 2), 3
    for engine in bench.engines:
        with ExitStack() as stack:
            cities = [stack.enter_context(bench.city(engine, count)) for count in (few, many)]
            servers = [stack.enter_context(bihuan(city.url)) for city in cities]
            for city, server in zip(cities, servers, strict=True):
                _warm(city, server)
            hands = [_hand_out(bench, city, members, each) for city in cities]
            timed: list[list[list[Timed]]] = [[], []]
            for turn in range(bench.times):
                for which in (0, 1):
                    jobs = [_working(servers[which], cities[which], one) for one in hands[which][turn]]
                    timed[which].append([one for job in jobs for one in job()])
        values = [_each(one, milliseconds_of()) for one in timed]
        what, against = f"tap, {many:,} contacts, median", f"{few:,} contacts"
        yield Figure(f"P4 {engine}", what, "ms", values[1], values[0], against, Goal(ratio_most=1.3))


# ── what the three share ──────────────────────────────────────────────────────────────────────────────────────────────


def _pair(bench: Bench, stack: ExitStack, engine: str, contacts: int) -> tuple[City, Server, Server]:
    """A city, the web half of a bot on it, and the echo bot."""
    city = stack.enter_context(bench.city(engine, contacts))
    return city, *_servers(stack, city)


def _servers(stack: ExitStack, city: City, wecom: str = "") -> tuple[Server, Server]:
    """A bot on the city and the echo bot, both up and warm. With an address of WeCom the whole bot runs."""
    ours = stack.enter_context(bihuan(city.url, wecom=wecom, web_only=False) if wecom else bihuan(city.url))
    echo = stack.enter_context(stand_in("bot.bench.echo", THREADS))
    _warm(city, ours)
    echoes(echo, 20)
    return ours, echo


def told_long_ago(city: City) -> None:
    """The list's own messages are out of the way: what is measured is a working day, not the minute of an import."""
    gone = queue.outbox.update().values(state=queue.Post.SUPERSEDED.value)
    city.core.store.write(lambda conn: conn.execute(gone))


def _warm(city: City, server: Server) -> None:
    """Two whole roads by a member who is not measured: statements are compiled when they are first used."""
    last = people.communities()[-1].workers[0]
    for userid, refs in traffic.hand_out(city, [last], 2).items():
        traffic.work(server.port, city, userid, refs)


def _hand_out(bench: Bench, city: City, clients: int, each: int) -> list[list[tuple[str, list[str]]]]:
    """For every repetition, each client's member and the cases on their phone."""
    members = [home.workers[0] for home in people.communities()][: clients * bench.times]
    laid = list(traffic.hand_out(city, members, each).items())
    return [laid[turn * clients : (turn + 1) * clients] for turn in range(bench.times)]


def echoes(server: Server, count: int, due: Iterator[float | None] | None = None) -> list[Timed]:
    """Words to the echo bot, one after another or each at its moment."""
    with Phone(server.port, "w") as phone:
        return [phone.says(traffic.REMARK, next(due) if due else None) for _ in range(count)]


def _echoing(server: Server, count: int, which: int | None = None) -> Callable[[], list[Timed]]:
    return lambda: echoes(server, count, None if which is None else traffic.steady(RATE, CLIENTS, which))


def _working(server: Server, city: City, hand: tuple[str, list[str]]) -> Callable[[], list[Timed]]:
    return lambda: traffic.work(server.port, city, *hand)


def _paced(server: Server, city: City, hand: tuple[str, list[str]], which: int) -> Callable[[], list[Timed]]:
    return lambda: traffic.work(server.port, city, *hand, lambda: traffic.steady(RATE, CLIENTS, which))


def milliseconds_of(share: float = 0.5, step: str = "") -> Callable[[list[Timed]], float]:
    """A reader of one repetition: a percentile of its durations, of one step or of all."""
    return lambda timed: milliseconds([one.took for one in timed if step in ("", one.step)], share)


def _each(runs: list[list[Timed]], read: Callable[[list[Timed]], float]) -> Values:
    return tuple(read(timed) for timed in runs)
