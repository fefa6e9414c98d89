"""The manifest of a vehicle that leaves, out of what the house knows: who sits in it, and what a hotel must know."""

import json
from collections.abc import Sequence

from bot.state import companionship, handover, identity
from bot.state.boarding import Boarding
from bot.state.contact import Contact
from bot.state.trip import Trip
from bot.state.unit import Tx
from integrations.hotel import manifest


def of(tx: Tx, the_id: str, on: Trip, leaving: Sequence[tuple[Boarding, Contact]], needs: dict[str, str]) -> str:
    """The document as JSON, under the hand-over's id; `needs` are the comma lists of the people by id."""
    people = [who for _, who in leaving]
    names, ids = {who.id: who.name for who in people}, [who.id for who in people]
    worn, wards = handover.codes(tx, ids), companionship.together(tx, ids)
    guests = [_guest(who, worn, names.get(wards.get(who.id, ""), ""), needs.get(who.id, "")) for who in people]
    car = on.vehicle
    found = manifest.document(the_id, 1, on.notice.id, car.plate, car.travel_class, tx.now, guests)
    return json.dumps(found, ensure_ascii=False)


def _guest(who: Contact, worn: dict[str, str], ward: str, needs: str) -> manifest.Guest:
    resident = who.id_type in ("", identity.RESIDENT) and len(who.id_number) == 18
    return manifest.Guest(
        who.name,
        who.sex,
        identity.birth(who.id_number).isoformat() if resident else "",
        who.id_type,
        who.id_number,
        who.phone,
        who.category,
        worn.get(who.id, ""),
        ward,
        tuple(one for one in needs.split(",") if one),
    )
