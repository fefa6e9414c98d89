"""The manifest (交接清单) as the hotel's own system gets it: one vehicle's people, as plain JSON, under a version."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

PERSON = ("name", "sex", "birth", "id_type", "id_number", "phone", "category", "band", "companion_of", "needs")
_WHOLE = {"manifest_id", "version", "notice_id", "vehicle", "departed_at", "people"}
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})?")


@dataclass(frozen=True, slots=True)
class Guest:
    """One person on the way. `birth` is ISO or empty, `band` the code on the wrist or empty.

    `companion_of` is the name of whom this person looks after, `needs` words such as `wheelchair`.
    """

    name: str
    sex: str
    birth: str
    id_type: str
    id_number: str
    phone: str
    category: str
    band: str
    companion_of: str
    needs: tuple[str, ...]


def document(
    manifest_id: str,
    version: int,
    notice_id: str,
    plate: str,
    travel_class: str,
    departed_at: datetime,
    people: Sequence[Guest],
) -> dict[str, Any]:
    """The document of issue 6; `departed_at` (aware) is written in UTC, `travel_class` is `close` or `other`."""
    return {
        "manifest_id": manifest_id,
        "version": version,
        "notice_id": notice_id,
        "vehicle": {"plate": plate, "class": travel_class},
        "departed_at": departed_at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "people": [asdict(one) | {"needs": list(one.needs)} for one in people],
    }


def wrong(found: dict[str, Any]) -> str:
    """What a strict hotel would object to in a document, or nothing."""
    if set(found) != _WHOLE:
        return f"fields: {sorted(set(found) ^ _WHOLE)}"
    if not isinstance(found["version"], int) or found["version"] < 1:
        return "version"
    if set(found["vehicle"]) != {"plate", "class"} or found["vehicle"]["class"] not in ("close", "other"):
        return "vehicle"
    if not found["people"]:
        return "nobody in it"
    for number, person in enumerate(found["people"], 1):
        if tuple(person) != PERSON or not person["name"] or not _DATE.fullmatch(person["birth"]):
            return f"person {number}"
    return ""
