"""A process whose scheduler runs by itself, while somebody sets the host's clock; at the end its ticker falls silent.

Run as `python -m tests.time.ticking DATABASE`. Two promises are due in ten minutes. It prints how many letters they
have caused after each step of the clock; it is ended by its own watchdog, or by its parent's patience.
"""

import sys
import threading
import time
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
import time_machine

from bot.scheduler import Scheduler
from bot.state import queue
from tests.faults import probe
from tests.faults.office import Office

STEPS = (-15, 30, -15)
"""Minutes by which the clock is set: the promises come due at the second step, and are not yet due after the third."""
TICKS = 2  # the second to come has begun after the clock was set


class Ticking(Scheduler):
    """It counts its ticks, and hangs when it is told to."""

    def __init__(self, office: Office) -> None:
        super().__init__(office.store, office.keys, office.runner.handle, lambda: 0, office.clock)
        self.ticked, self.hangs = threading.Semaphore(0), False

    def fire_due(self) -> int:
        """One tick."""
        while self.hangs:
            time.sleep(1)
        fired = super().fire_due()
        self.ticked.release()
        return fired


def main(database: str) -> None:
    """Tick through every step of the clock, then hang."""
    wall = time_machine.travel(datetime.now(UTC), tick=True).start()
    office = Office(database, wall=True)
    office.opens()
    office.asks("li.fang", probe.WORD)
    scheduler = Ticking(office)
    scheduler.start()
    for minutes in STEPS:
        wall.shift(timedelta(minutes=minutes))
        while scheduler.ticked.acquire(blocking=False):
            pass
        for _ in range(TICKS):
            scheduler.ticked.acquire()
        print(_letters(office), flush=True)
    scheduler.silent, scheduler.hangs = 1.0, True
    threading.Event().wait()


def _letters(office: Office) -> int:
    asked = sa.select(sa.func.count()).where(queue.outbox.c.cause.startswith("due:"))
    with office.store.read() as conn:
        return int(conn.execute(asked).scalar_one())


if __name__ == "__main__":
    main(sys.argv[1])
