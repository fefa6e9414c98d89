"""Somebody at the counter where kits are given: the person, what their feedback said, what they hold. Read only.

Law (DOMAIN §2.5): only who is 待转运 and willing, or listed for transport, is given anything; everybody else hears why.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from bot.state import area, band, code, contact, issuance, reports, verification
from bot.state.contact import Contact
from bot.state.rules import Rules
from bot.state.unit import Tx

WILLING = "yes"
OTHER = "other"  # the class of whoever is no 密接 (rule pack `[categories]`)
CLOSE = "close"


class Standing(StrEnum):
    """Whether a person is given a kit, and if not, why."""

    DUE = "due"
    HAS = "has"
    UNWILLING = "unwilling"
    UNDECIDED = "undecided"
    NOT_FED_BACK = "not_fed_back"
    AT_HOME = "at_home"
    FORWARDED = "forwarded"
    AWAY = "away"
    GONE = "gone"


_NOT = {
    contact.State.UNDECIDED: Standing.UNDECIDED,
    contact.State.EXCLUDED: Standing.UNDECIDED,
    contact.State.UNPLACED: Standing.NOT_FED_BACK,
    contact.State.PENDING: Standing.NOT_FED_BACK,
    contact.State.AT_HOME: Standing.AT_HOME,
    contact.State.FORWARDED: Standing.FORWARDED,
    contact.State.AWAITING_OFFLINE: Standing.AWAY,
    contact.State.OFFLINE_DONE: Standing.AWAY,
}
READY = (contact.State.AWAITING_TRANSPORT, contact.State.ISSUED, contact.State.LISTED)
_MAY_GET = (contact.State.AWAITING_TRANSPORT, contact.State.LISTED)
_HIDDEN = (contact.State.MERGED, contact.State.EXCLUDED)


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person with their community's path; `code` is what they wear, given by whom and when, or all empty."""

    person: Contact
    home: str
    path: str
    willing: str
    code: str = ""
    band_id: str = ""
    issued_by: str = ""
    issued_at: datetime | None = None

    @property
    def standing(self) -> Standing:
        """Whether they are given a kit, and if not, why."""
        state = contact.State(self.person.state)
        if self.code:
            return Standing.HAS
        if state in _MAY_GET:
            return Standing.DUE if self.willing == WILLING or state is contact.State.LISTED else Standing.UNWILLING
        return _NOT.get(state, Standing.GONE)

    @property
    def shown(self) -> str:
        """The code for people to read out, or an empty text."""
        return code.shown(self.code) if self.code else ""

    def travel_class(self, rules: Rules) -> str:
        """密接 or not, by the pack of the day of determination; a category no pack knows goes with the 密接."""
        return rules.at(self.person.created_at).categories.get(self.person.category, CLOSE)


_answers = (
    sa.select(reports.table.c.answers)
    .join(verification.table, verification.table.c.id == reports.table.c.verification_id)
    .where(verification.table.c.contact_id == contact.table.c.id, reports.table.c.undone_at.is_(None))
    .order_by(reports.table.c.reported_at.desc(), reports.table.c.n.desc())
    .limit(1)
    .correlate(contact.table)
    .scalar_subquery()
)
_columns = (
    *contact.noun.select.selected_columns, contact.table.c.home_hash, area.table.c.path, _answers.label("answers"),
    band.table.c.code, band.table.c.id.label("band_id"), issuance.table.c.issued_by, issuance.table.c.issued_at,
)  # fmt: skip
_PERSON = len(Contact.__dataclass_fields__)
_given = sa.and_(
    issuance.table.c.contact_id == contact.table.c.id, issuance.table.c.state == issuance.State.ACTIVE.value
)
_select = (
    sa.select(*_columns)
    .select_from(contact.table.join(area.table, area.table.c.code == contact.table.c.area_code))
    .outerjoin(issuance.table, _given)
    .outerjoin(band.table, band.table.c.id == issuance.table.c.band_id)
)
_one = _select.where(contact.table.c.id == sa.bindparam("the_id"))
_locked = _one.with_for_update(of=contact.table)
_homes = _select.where(
    sa.or_(
        contact.table.c.home_hash.in_(sa.bindparam("hashes", expanding=True)),
        contact.table.c.id.in_(sa.bindparam("alone", expanding=True)),
    ),
    contact.table.c.state.not_in([state.value for state in _HIDDEN]),
).order_by(contact.table.c.list_no, contact.table.c.id)


def find(tx: Tx, contact_id: str, *, lock: bool = False) -> Recipient | None:
    """The person as they stand now, in one question; `lock` holds their contact till the end of the transaction."""
    row = tx.one(_locked if lock else _one, {"the_id": contact_id})
    return None if row is None else _read(tx, row)


def homes(tx: Tx, keys: Sequence[str], paths: Sequence[str]) -> dict[str, list[Recipient]]:
    """Everybody of these households whom the lists know under these area paths, by household, in a stable order."""
    hashes = [bytes.fromhex(key) for key in keys if not key.startswith(ALONE)]
    alone = [key.removeprefix(ALONE) for key in keys if key.startswith(ALONE)]
    found: dict[str, list[Recipient]] = {key: [] for key in keys}
    for row in tx.all(_homes, {"hashes": hashes, "alone": alone}):
        if any(row.path.startswith(path) for path in paths):
            one = _read(tx, row)
            found[one.home].append(one)
    return found


def ready(tx: Tx, paths: Sequence[str]) -> list[Recipient]:
    """Everybody who is to be moved under these paths: due a kit, or with one and not aboard yet; by household."""
    table = contact.table
    wanted = _select.where(inside(paths), table.c.state.in_([state.value for state in READY]))
    found = [_read(tx, row) for row in tx.all(wanted.order_by(table.c.home_hash, table.c.list_no, table.c.id))]
    return [one for one in found if one.standing in (Standing.DUE, Standing.HAS)]


def inside(paths: Sequence[str]) -> sa.ColumnElement[bool]:
    """Whether a contact's community lies under one of these paths."""
    return contact.table.c.area_code.in_(area.codes(paths))


ALONE = "p:"


def home_of(contact_id: str, home_hash: bytes | memoryview | None) -> str:
    """The key of a household: everybody at one address has the same; who has no address is a household of one."""
    return bytes(home_hash).hex() if home_hash else f"{ALONE}{contact_id}"


def _read(tx: Tx, row: Any) -> Recipient:
    cells: Any = tuple(row)
    person = contact.noun.read(tx.keys, cells[:_PERSON])
    home, path, answers, worn, band_id, issued_by, issued_at = cells[_PERSON:]
    willing = str((answers or {}).get("willing", ""))
    key = home_of(person.id, home)
    return Recipient(person, key, path, willing, worn or "", band_id or "", issued_by or "", issued_at)


def fed_back(tx: Tx, contact_id: str) -> tuple[str, datetime] | None:
    """Who gave the feedback that stands, and when; None where nobody has."""
    report, task = reports.table.c, verification.table.c
    wanted = sa.select(report.reported_by, report.reported_at).join(
        verification.table, task.id == report.verification_id
    )
    wanted = wanted.where(task.contact_id == contact_id, report.undone_at.is_(None))
    row = tx.one(wanted.order_by(report.reported_at.desc(), report.n.desc()).limit(1))
    return None if row is None else (row.reported_by, row.reported_at)
