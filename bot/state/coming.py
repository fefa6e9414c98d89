"""What is on its way to a hotel, or there and not settled: the hand-overs of its list. Read only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.state import area, notice, vehicle
from bot.state.handover import Is, State, guests, table
from bot.state.unit import Tx


@dataclass(frozen=True, slots=True)
class Coming:
    """An unsettled hand-over as a hotel's list has it: `left` of `people` are still on their way.

    `place` and `number` name the notice, `state` is a `State`.
    """

    id: str
    state: str
    departed_at: datetime
    people: int
    plate: str
    place: str
    number: int
    left: int


_left = sa.select(sa.func.count()).where(guests.c.handover_id == table.c.id, guests.c.state == Is.EXPECTED.value)
_coming = (
    sa.select(
        *[table.c[name] for name in ("id", "state", "departed_at", "people")],
        vehicle.table.c.plate, area.table.c.name, notice.table.c.number, _left.scalar_subquery(),
    )
    .join_from(table, vehicle.table, vehicle.table.c.id == table.c.vehicle_id)
    .join(notice.table, notice.table.c.id == table.c.notice_id)
    .join(area.table, area.table.c.code == notice.table.c.area_code)
    .order_by(table.c.id)
)  # fmt: skip


def under(tx: Tx, codes: Sequence[str], limit: int) -> list[Coming]:
    """What these hotels have not settled yet, the first to leave first."""
    here = table.c.hotel_code.in_(codes), table.c.state != State.AGREED.value
    rows: Any = tx.all(_coming.where(*here).limit(limit))
    return [Coming(*row) for row in rows]
