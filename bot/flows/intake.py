"""A list arrives: rows become people with a community, or are refused with the cure; then communities are told.

One conversation per import. Each batch of rows is one turn and leaves a promise to close, void as soon as the next
batch moves the talk on: an importer that dies half-way leaves nobody untold.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot import ladder
from bot.flow import Flow
from bot.state import area, conflict, contact, listed, places, staff, supplement, verification
from bot.state.base import new_ids
from bot.state.contact import Contact
from bot.state.listed import Reading
from bot.state.rules import day
from bot.turn import Turn
from cards import assign, conflicts
from cards import intake as card

CLOSES_AFTER = timedelta(seconds=30)
flow = Flow("intake", steps=["receiving", "closed"])


@flow.start("rows", when="receiving", then="receiving")
def rows(turn: Turn) -> None:
    """A batch of rows that have been read: place, recognise, write; `turn.result` is the report."""
    batch = _Batch(turn)
    for row in turn.event.cargo:
        batch.take(row)
    batch.write()
    turn.remind("close", turn.now + CLOSES_AFTER)


@flow.start("close", when="receiving", then="closed")
def close(turn: Turn) -> None:
    """The importer has given its last row: tell every community that got people, and the CDC who has no place."""
    _tell(turn)


@flow.due("close", when="receiving", then="closed")
def close_for_the_dead(turn: Turn) -> None:
    """The importer has fallen silent: what has come in is pushed all the same."""
    _tell(turn)


@flow.late
def late(turn: Turn) -> None:
    """This flow draws no buttons."""


def _tell(turn: Turn) -> None:
    for code, count in sorted(turn.talk.facts.get("areas", {}).items()):
        turn.start("push", code, "arrived", count=count)
    people = staff.everybody(turn.tx, staff.Role.CDC)
    if turn.talk.facts.get("unplaced", 0):
        count = contact.unplaced_count(turn.tx)
        turn.send(people, assign.notice(count, turn.keys_for("assign", "me", 0)), "unplaced")
    if turn.talk.facts.get("conflicts", 0):
        for person in people:  # each hears of those in their own jurisdiction
            member = staff.find(turn.tx, person)
            paths = [grant.path for grant in member.grants if grant.role == staff.Role.CDC] if member else []
            if count := conflict.open_count(turn.tx, paths):
                turn.send([person], conflicts.notice(count, turn.keys_for("conflicts", "me", 0)), "conflicts")


class _Batch:
    """The people of one batch on their way into the tables."""

    def __init__(self, turn: Turn) -> None:
        self.turn, self.tx = turn, turn.tx
        self.pack = turn.rules.on(day(turn.now))
        self.fresh: dict[str, Reading] = {}  # who is new, by the id
        self.found: list[Contact] = []
        self.disputes = 0
        self.report: list[dict[str, object]] = []
        self.became: list[tuple[int, str]] = []  # what became of each row, for whoever wants to know it row by row
        self.counts = {"taken": 0, "merged": 0, "unchanged": 0, "refused": 0, "unplaced": 0}
        self._rows: list[Reading] = []
        self._resolver = area.resolver(turn.tx.conn)
        self._where: dict[tuple[str, ...], tuple[str, str]] = {}

    def take(self, row: Reading) -> None:
        """Place one row; what is wrong goes into the report and blocks nobody else."""
        if row.faults:
            self._refuse(row.number, row.faults)
            return
        code, why = self._place(row.place)
        if row.cells["area_code"] != code:  # another tree than the one it was read by
            row = row.become(self.tx.keys, contact.at(row.person, code))
        self._rows.append(row)
        if not code:
            where = {"column": listed.COMMUNITY, "value": row.person.place}
            self.report.append({"row": row.number, **where, "what": why, "kind": "unplaced"})

    def _refuse(self, number: int, faults: Iterable[listed.Fault]) -> None:
        self.counts["refused"] += 1
        self.became.append((number, "refused"))
        for fault in faults:
            self.report.append(
                {"row": number, "column": fault.column, "value": fault.value, "what": fault.what, "kind": "refused"}
            )

    def _place(self, given: tuple[str, ...]) -> tuple[str, str]:
        """The community's code, or why it cannot be told; the same place is looked up once a batch."""
        if given not in self._where:
            code, found = listed.community(self._resolver, given)
            self._where[given] = code, "" if code else self._unknown(found)
        return self._where[given]

    def _unknown(self, found: places.Found | places.Candidates) -> str:
        if isinstance(found, places.Found):
            return card.place_unknown([], places.Why.EMPTY)
        return card.place_unknown([self._resolver.label(one) for one in found.places], found.why)

    def write(self) -> None:
        """Recognise who is here already, write the new ones, count."""
        known: dict[bytes, Contact | Reading] = {**contact.known(self.tx, [row.cells for row in self._rows])}
        for row in self._rows:
            marks = [mark for mark in (row.cells["id_hash"], row.cells["person_hash"]) if mark]
            here = next((known[mark] for mark in marks if mark in known), None)
            if here is not None and len(marks) == 2 and marks[0] not in known and _person(here).id_number:
                here = None  # same name and phone, another document: a family's shared phone, not the same person
            if here is None:
                self.fresh[row.cells["id"]] = here = row
                self.became.append((row.number, "taken" if row.cells["area_code"] else "unplaced"))
            else:
                here = self._merge(row.number, _person(here), row)
            for mark in marks:
                known[mark] = here
        self._insert()

    def _merge(self, number: int, here: Contact, row: Reading) -> Contact | Reading:
        """The same person once more: new facts are added, nothing fed back is lost, contradictions are listed."""
        again = row.person
        added, disputed = listed.differences(here, again)
        if disputed:
            what = card.disputed([listed.COMPARED[name] for name in disputed])
            column = listed.COMPARED[disputed[0]]
            self.report.append({"row": number, "column": column, "value": "", "what": what, "kind": "conflict"})
            if here.id not in self.fresh:
                self._dispute(here, again, disputed)
        if here.state in (contact.State.UNDECIDED, contact.State.EXCLUDED):
            return self._listed_after_all(here, added | {"category": again.category})
        finds_home = bool(not here.area_code and again.area_code)
        self.became.append((number, "merged" if finds_home or added else "unchanged"))
        if finds_home:
            return self._find_home(here, row)
        if not added:
            self.counts["unchanged"] += 1
            return here
        self.counts["merged"] += 1
        if here.id in self.fresh:  # twice in one batch: not written yet
            better = replace(here, **added)  # type: ignore[arg-type]
            self.fresh[here.id] = self.fresh[here.id].become(self.tx.keys, better)
            return self.fresh[here.id]
        return contact.merge(self.tx, here, added)

    def _dispute(self, here: Contact, again: Contact, names: Iterable[str]) -> None:
        """Lay each contradiction aside for the CDC, once."""
        for name in names:
            noted = conflict.note(self.tx, here.id, name, str(getattr(here, name)), str(getattr(again, name)))
            self.disputes += noted

    def _listed_after_all(self, here: Contact, added: dict[str, Any]) -> Contact:
        """The CDC lists somebody whom a community has supplemented: that is its decision, the task is born now."""
        self.counts["merged"] += 1
        marks = contact.hashes(self.tx.keys, replace(here, **added))
        person = contact.noun.fire(self.tx, here, "listed_after_all", {"columns": sorted(added)}, **added, **marks)
        self.found.append(person)
        if (waiting := supplement.open_of(self.tx, here.id)) is not None:
            done: dict[str, Any] = {"decision": supplement.Decision.LISTED.value, "decided_at": self.tx.now}
            supplement.noun.fire(self.tx, waiting, "listed", **done)
            self.turn.start("decision", waiting.id, "listed")
        return person

    def _find_home(self, here: Contact, row: Reading) -> Contact | Reading:
        """Somebody without a community is listed again with one: the task is born now."""
        self.counts["merged"] += 1
        if here.id in self.fresh:
            del self.fresh[here.id]
            self.fresh[row.cells["id"]] = row
            return row
        again = row.person
        home: dict[str, Any] = {
            "area_code": again.area_code,
            "place": again.place,
            "address": again.address or here.address,
        }
        marks = contact.hashes(self.tx.keys, replace(here, **home))
        placed = contact.noun.fire(self.tx, here, "placed", {"area": again.area_code}, **home, **marks)
        self.found.append(placed)
        return placed

    def _insert(self) -> None:
        """Write people, tasks and journal lines in bulk."""
        due = self.turn.now + self.pack.deadline("feedback")
        placed = [(the_id, row.cells["area_code"]) for the_id, row in self.fresh.items() if row.cells["area_code"]]
        unplaced = len(self.fresh) - len(placed)
        placed += [(person.id, person.area_code) for person in self.found]
        tasks = [
            verification.Verification(the_id, "open", 1, person, area_code, "", None, self.turn.now, due)
            for the_id, (person, area_code) in zip(new_ids(self.turn.now, len(placed)), placed, strict=True)
        ]
        contact.insert_many(self.tx, [row.cells for row in self.fresh.values()])
        verification.insert_many(self.tx, tasks)
        paths = area.paths_of(self.tx, {task.area_code for task in tasks})
        refs, where = [task.id for task in tasks], [paths[task.area_code] for task in tasks]
        for step in (ladder.Step.FIRST_TOUCH, ladder.Step.FEEDBACK):
            ladder.begin_all(self.turn, step, refs, where)
        facts, areas = dict(self.turn.talk.facts), dict(self.turn.talk.facts.get("areas", {}))
        for _, area_code in placed:
            areas[area_code] = areas.get(area_code, 0) + 1
        self.counts["taken"] = len(self.fresh)
        self.counts["unplaced"] = unplaced
        facts["conflicts"] = facts.get("conflicts", 0) + self.disputes
        facts |= {"areas": areas, "unplaced": facts.get("unplaced", 0) + self.counts["unplaced"]}
        self.turn.talk.facts = facts
        self.turn.result = {"counts": self.counts, "report": self.report, "rows": sorted(self.became)}


def _person(one: Contact | Reading) -> Contact:
    return one if isinstance(one, Contact) else one.person
