"""A vehicle (车辆) sent for one notice. Law: nobody may sit beyond its `room`, and its class is that of its passengers.

One row is one run of a car for one notice; the same car on another trip is another row.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from bot.state.base import Utc, among, id_column, metadata, one_of
from bot.state.machine import Life, edge
from bot.state.unit import Noun, Tx


class State(StrEnum):
    """The life of one run."""

    ASSIGNED = "assigned"
    ARRIVED = "arrived"
    DEPARTED = "departed"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The state's word for people."""
        return {"assigned": "已派车", "arrived": "车已到", "departed": "已发车", "withdrawn": "已撤回"}[self.value]


class Class(StrEnum):
    """Whom a car may carry (the packs' transport classes): 密接 and others never share one (DOMAIN §2.7)."""

    CLOSE = "close"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The class's word for people."""
        return "密接" if self is Class.CLOSE else "非密接"


class Equipment(StrEnum):
    """What a car has besides seats."""

    PLAIN = ""
    LIFT = "wheelchair"
    AMBULANCE = "ambulance"

    @property
    def label(self) -> str:
        """The equipment's word for people, empty for an ordinary car."""
        return {"": "", "wheelchair": "轮椅车", "ambulance": "120"}[self.value]


_HERE = (State.ASSIGNED, State.ARRIVED)
life = Life(
    "vehicle",
    State,
    [
        edge("arrived", State.ASSIGNED, State.ARRIVED),
        edge("departed", _HERE, State.DEPARTED),
        edge("withdrawn", _HERE, State.WITHDRAWN),
    ],
    born=[State.ASSIGNED],
)
table = sa.Table(
    "vehicle",
    metadata,
    id_column(),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("notice_id", sa.String(32), sa.ForeignKey("notice.id"), nullable=False, index=True),
    sa.Column("plate", sa.String(16), nullable=False),
    sa.Column("travel_class", sa.String(8), nullable=False),
    sa.Column("equipment", sa.String(16), nullable=False, server_default=""),
    sa.Column("seats", sa.Integer, nullable=False),
    sa.Column("room", sa.Integer, nullable=False),
    sa.Column("driver", sa.LargeBinary, nullable=False),
    sa.Column("phone", sa.LargeBinary, nullable=False),
    sa.Column("eta", Utc, nullable=False),
    sa.Column("assigned_by", sa.String(64), nullable=False),
    sa.Column("assigned_at", Utc, nullable=False),
    sa.Column("arrived_at", Utc),
    sa.Column("departed_at", Utc),
    one_of("state", State),
    one_of("travel_class", Class, "travel_class"),
    sa.CheckConstraint("room > 0 AND room <= seats", name="room"),
)
_open = among(table.c.state, *_HERE)
sa.Index("uq_vehicle_open", table.c.notice_id, table.c.plate, unique=True, sqlite_where=_open, postgresql_where=_open)


@dataclass(frozen=True, slots=True)
class Vehicle:
    """One run; `seats` as the papers of the car say, `room` how many may sit there under the seat rule.

    `travel_class` is a `Class`, `equipment` an `Equipment`; driver and phone are sealed at rest, `eta` is UTC.
    """

    id: str
    state: str
    version: int
    notice_id: str
    plate: str
    travel_class: str
    equipment: str
    seats: int
    room: int
    driver: str
    phone: str
    eta: datetime
    assigned_by: str
    assigned_at: datetime
    arrived_at: datetime | None = None
    departed_at: datetime | None = None

    @property
    def standing(self) -> bool:
        """Whether it is on its way or waiting, so that people may board it."""
        return self.state in _HERE


noun: Noun[Vehicle] = Noun(Vehicle, table, life, ["driver", "phone"])


def of_notice(tx: Tx, notice_id: str, *, lock: bool = False) -> list[Vehicle]:
    """Every vehicle of a notice that was not withdrawn, in the order in which they were assigned."""
    wanted = noun.select.where(table.c.notice_id == notice_id, table.c.state != State.WITHDRAWN.value)
    wanted = wanted.order_by(table.c.id)
    return [noun.read(tx.keys, row) for row in tx.all(wanted.with_for_update() if lock else wanted)]


def busy_elsewhere(tx: Tx, plate: str, notice_id: str) -> Vehicle | None:
    """The open run of this plate for another notice, or None."""
    other = (_open, table.c.plate == plate, table.c.notice_id != notice_id)
    found = noun.where(tx, *other, order=table.c.notice_id, limit=1)  # in the order of the index of what is open
    return found[0] if found else None
