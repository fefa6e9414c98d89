"""The hand-over: from the escort's 确认发车 on a whole bot until the hotel's own system has heard the manifest."""

import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import sqlalchemy as sa

from bot.bench import boarding, traffic
from bot.bench.bed import Bench, City, bihuan, stand_in
from bot.bench.boarding import Bus
from bot.bench.figures import Figure, Goal
from bot.bench.traffic import NotAnswered, Phone
from bot.state import handover, hotel
from bot.turn import Event, Kind
from integrations.hotel.standin import Hotel
from integrations.webhooks.client import Webhook

WITHIN = 30.0
KEY = "a-key-shared-with-the-hotel-of-the-bench"
CODE = "BENCH"
_COUNT = itertools.count()


class Ear(Hotel):
    """The hotel's system, in this process: it also remembers when each document came (`time.perf_counter`)."""

    def __init__(self) -> None:
        super().__init__(KEY, time.time)
        self.at: dict[str, float] = {}
        self.came = threading.Condition()

    def hear(self, path: str, key: str, signature: str, body: bytes) -> tuple[int, dict[str, Any]]:
        """Applied first, noted afterwards: a manifest that was refused has not arrived."""
        said = super().hear(path, key, signature, body)
        with self.came:
            if key in self.applied:
                self.at.setdefault(key, time.perf_counter())
            self.came.notify_all()
        return said

    def heard_at(self, key: str) -> float:
        """When a document came; waits for it."""
        with self.came:
            if not self.came.wait_for(lambda: key in self.at, WITHIN):
                raise NotAnswered(f"the hotel heard nothing within {WITHIN:.0f} s")
        return self.at[key]


def at_the_hotel(bench: Bench) -> Iterator[Figure]:
    """Buses leave one after another while WeCom, 50 ms away, is told all that follows; the slowest manifest counts."""
    buses, each = bench.size(5, 1), bench.size(40, 3)
    for engine in bench.engines:
        slowest, bare = [], []
        with ExitStack() as stack:
            ear = stack.enter_context(Ear())
            wecom = stack.enter_context(stand_in("bot.bench.wecom", "0.05"))
            city = stack.enter_context(bench.city(engine, bench.size(10_000, 1_000)))
            _has_a_system(city, ear.url)
            ready = [boarding.a_bus(city, one, each) for one in boarding.escorts(bench.times * buses)]
            ours = stack.enter_context(bihuan(city.url, wecom=wecom.url, web_only=False, BIHUAN_HOTEL_PRIVATE="true"))
            for _ in range(bench.times):
                took = [_leaves(city, ours.port, ear, ready.pop()) for _ in range(buses)]
                slowest.append(max(took))
                bare.append(_bare(ear))
        what = f"manifest of {each} at the hotel after 确认发车, the slowest"
        yield Figure(
            f"hand-over {engine}", what, "s", tuple(slowest), tuple(bare), "one bare signed delivery", Goal(most=5)
        )


def _leaves(city: City, port: int, ear: Ear, bus: Bus) -> float:
    """Everybody aboard, counted, 确认发车; the seconds from that tap until the hotel had the manifest."""
    boarding.board(city, port, bus)
    watching = Event(
        f"bench:watch{next(_COUNT)}", Kind.START, city.core.runner.now(), flow="pickup", ref=bus.vehicle, name="watch",
        data={"to": bus.escort},
    )  # fmt: skip
    city.core.runner.handle(watching)
    with Phone(port, bus.escort) as phone:
        phone.does("finish", traffic.tapped(bus.escort, *_button(city, bus, "finish")))
        phone.says(str(len(bus.codes)))
        go = traffic.tapped(bus.escort, *_button(city, bus, "go"), {"hotel": [CODE]})
        started = phone.does("go", go).due
    mine = sa.select(handover.table.c.id).where(handover.table.c.vehicle_id == bus.vehicle)
    with city.core.store.read() as conn:
        the_id = conn.execute(mine).scalar()
    if the_id is None:
        raise NotAnswered(f"{bus.escort}: the vehicle has not left: a kind refusal was measured")
    return ear.heard_at(f"manifest:{the_id}:v1") - started


def _button(city: City, bus: Bus, verb: str) -> tuple[str, str]:
    return traffic.drawn(city, bus.escort, bus.vehicle, verb, flow="pickup")


def _bare(ear: Ear) -> float:
    """The same document signed and brought by a plain call: what the line and the hotel themselves take."""
    key = f"bare:{next(_COUNT)}"
    started = time.perf_counter()
    Webhook(ear.url, KEY, time.time).deliver(key, next(reversed(ear.applied.values())))
    return ear.heard_at(key) - started


def _has_a_system(city: City, url: str) -> None:
    """A hotel in the directory that wants to be told there."""
    box = city.core.keys.seal(KEY, "hotel", "push_key", CODE)
    row = {"code": CODE, "name": "演练隔离酒店", "capacity": 0, "push_url": url, "push_key": box}
    city.core.store.write(lambda conn: conn.execute(hotel.table.insert(), row))
