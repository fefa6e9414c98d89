"""A hand-over as the hotel's desk takes it in hand: its row held, with where it comes from and where it goes."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bot.state import area, handover, hotel, notice, vehicle
from bot.state.area import Area
from bot.state.handover import Handover
from bot.state.hotel import Hotel
from bot.state.notice import Notice
from bot.state.unit import Tx
from bot.state.vehicle import Vehicle


@dataclass(frozen=True, slots=True)
class Load:
    """A hand-over and all around it; a hotel that has left the directory is known by its code alone."""

    row: Handover
    notice: Notice
    vehicle: Vehicle
    place: Area
    hotel: Hotel


_AREA, _HOTEL = Area.__dataclass_fields__, Hotel.__dataclass_fields__
_around = (
    sa.select(
        *notice.noun.select.selected_columns,
        *vehicle.noun.select.selected_columns,
        *[area.table.c[name] for name in _AREA],
        *[hotel.table.c[name] for name in _HOTEL],
    )
    .join_from(handover.table, notice.table, notice.table.c.id == handover.table.c.notice_id)
    .join(vehicle.table, vehicle.table.c.id == handover.table.c.vehicle_id)
    .join(area.table, area.table.c.code == notice.table.c.area_code)
    .outerjoin(hotel.table, hotel.table.c.code == handover.table.c.hotel_code)
    .where(handover.table.c.id == sa.bindparam("the_id"))
    .with_for_update(of=notice.table)
)
_TO_VEHICLE = len(Notice.__dataclass_fields__)
_TO_AREA = _TO_VEHICLE + len(Vehicle.__dataclass_fields__)
_TO_HOTEL = _TO_AREA + len(_AREA)


def hold(tx: Tx, the_id: str) -> Load | None:
    """The hand-over of an id, the notice's row held before its own, as everywhere; None when there is none."""
    cells: Any = tx.one(_around, {"the_id": the_id})
    if cells is None:
        return None
    row = handover.noun.load(tx, the_id, lock=True)
    to = Hotel(*cells[_TO_HOTEL:]) if cells[_TO_HOTEL] else Hotel(row.hotel_code, row.hotel_code, "", 0, "", "")
    paper, car = notice.noun.read(tx.keys, cells[:_TO_VEHICLE]), vehicle.noun.read(tx.keys, cells[_TO_VEHICLE:_TO_AREA])
    return Load(row, paper, car, Area(*cells[_TO_AREA:_TO_HOTEL]), to)
