"""A list arrives: rows become people with a community, or are refused with the cure; then communities are told.

One conversation per import. Each batch of rows is one turn and leaves a promise to close, void as soon as the next
batch moves the talk on: an importer that dies half-way leaves nobody untold.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot import ladder
from bot.flow import Flow
from bot.state import area, conflict, contact, listed, places, staff, supplement, verification
from bot.state.contact import Contact
from bot.turn import Turn
from cards import assign, conflicts, parts
from cards import intake as card

CLOSES_AFTER = timedelta(seconds=30)
flow = Flow("intake", steps=["receiving", "closed"])


@flow.start("rows", when="receiving", then="receiving")
def rows(turn: Turn) -> None:
    """A batch of rows: read, recognise, place, write; `turn.result` is the report."""
    batch = _Batch(turn)
    for row in turn.event.data["rows"]:
        batch.take(int(row["number"]), row["values"], str(row.get("problem", "")))
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


def _resolver(turn: Turn) -> places.Resolver:
    return places.Resolver(area.nodes(turn.tx.conn))


class _Batch:
    """The people of one batch on their way into the tables."""

    def __init__(self, turn: Turn) -> None:
        self.turn, self.tx = turn, turn.tx
        self.today = turn.now.astimezone(parts.SHANGHAI).date()
        self.pack = turn.rules.on(self.today)
        self.fresh: list[Contact] = []
        self.found: list[Contact] = []
        self.disputes = 0
        self.report: list[dict[str, object]] = []
        self.became: list[tuple[int, str]] = []  # what became of each row, for whoever wants to know it row by row
        self.counts = {"taken": 0, "merged": 0, "unchanged": 0, "refused": 0, "unplaced": 0}
        self._readings: list[tuple[int, Contact]] = []
        self._marks: dict[str, contact.Marks] = {}  # the look-up hashes of each reading, by the person's id
        self._resolver = _resolver(turn)
        self._where: dict[tuple[str, ...], tuple[str, str]] = {}

    def take(self, number: int, values: Mapping[str, str], problem: str) -> None:
        """Check one row; what is wrong goes into the report and blocks nobody else."""
        if problem:
            self._refuse(number, [listed.Fault(listed.WHOLE_ROW, "", problem)])
            return
        code, why = self._place(values)
        reading = listed.read(values, self.turn.now, self.today, self.pack.categories, code)
        if reading.person is None:
            self._refuse(number, reading.faults)
            return
        self._readings.append((number, reading.person))
        if not code:
            self.report.append(
                {
                    "row": number,
                    "column": listed.COMMUNITY,
                    "value": reading.person.place,
                    "what": why,
                    "kind": "unplaced",
                }
            )

    def _refuse(self, number: int, faults: Iterable[listed.Fault]) -> None:
        self.counts["refused"] += 1
        self.became.append((number, "refused"))
        for fault in faults:
            self.report.append(
                {"row": number, "column": fault.column, "value": fault.value, "what": fault.what, "kind": "refused"}
            )

    def _place(self, values: Mapping[str, str]) -> tuple[str, str]:
        """The community's code, or why it cannot be told; the same place is looked up once a batch."""
        key = listed.place_of(values)
        if key not in self._where:
            self._where[key] = self._look_up(*key)
        return self._where[key]

    def _look_up(self, code: str, district: str, street: str, community: str) -> tuple[str, str]:
        found = self._resolver.resolve(code=code, district=district, street=street, community=community)
        if isinstance(found, places.Found) and found.place.level == area.Level.COMMUNITY:
            return found.place.code, ""
        if isinstance(found, places.Found):
            return "", card.place_unknown([], places.Why.EMPTY)
        return "", card.place_unknown([self._resolver.label(one) for one in found.places], found.why)

    def write(self) -> None:
        """Recognise who is here already, write the new ones, count."""
        keys = self.tx.keys
        hashed = [(number, person, contact.hashes(keys, person)) for number, person in self._readings]
        known: dict[object, Contact] = {}
        ids = [h["id_hash"] for _, _, h in hashed if h["id_hash"]]
        names = [h["person_hash"] for _, _, h in hashed if h["person_hash"]]
        for id_hash, person_hash, person in contact.known(self.tx, ids, names):
            known |= {one: person for one in (id_hash, person_hash) if one}
        self._marks = {person.id: marks for _, person, marks in hashed}
        for number, person, marks in hashed:
            by_id, by_name = known.get(marks["id_hash"]), known.get(marks["person_hash"])
            if by_id is None and by_name is not None and by_name.id_number and person.id_number:
                by_name = None  # same name and phone, another document: a family's shared phone, not the same person
            here = by_id or by_name
            if here is None:
                self.fresh.append(person)
                self.became.append((number, "taken" if person.area_code else "unplaced"))
                known |= {one: person for one in (marks["id_hash"], marks["person_hash"]) if one}
            else:
                merged = self._merge(number, here, person)
                known |= {one: merged for one in (marks["id_hash"], marks["person_hash"]) if one}
        self._insert()

    def _merge(self, number: int, here: Contact, again: Contact) -> Contact:
        """The same person once more: new facts are added, nothing fed back is lost, contradictions are listed."""
        added, disputed = listed.differences(here, again)
        if disputed:
            what = card.disputed([listed.COMPARED[name] for name in disputed])
            column = listed.COMPARED[disputed[0]]
            self.report.append({"row": number, "column": column, "value": "", "what": what, "kind": "conflict"})
            if here not in self.fresh:
                self._dispute(here, again, disputed)
        if here.state in (contact.State.UNDECIDED, contact.State.EXCLUDED):
            return self._listed_after_all(here, added | {"category": again.category})
        finds_home = bool(not here.area_code and again.area_code)
        self.became.append((number, "merged" if finds_home or added else "unchanged"))
        if finds_home:
            return self._find_home(here, again)
        if not added:
            self.counts["unchanged"] += 1
            return here
        self.counts["merged"] += 1
        if here in self.fresh:  # twice in one batch: not written yet
            better = replace(here, **added)  # type: ignore[arg-type]
            self._marks[here.id] = contact.hashes(self.tx.keys, better)
            self.fresh[self.fresh.index(here)] = better
            return better
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

    def _find_home(self, here: Contact, again: Contact) -> Contact:
        """Somebody without a community is listed again with one: the task is born now."""
        self.counts["merged"] += 1
        if here in self.fresh:
            self.fresh.remove(here)
            self.fresh.append(again)
            return again
        home = {"area_code": again.area_code, "place": again.place, "address": again.address or here.address}
        placed = contact.noun.fire(self.tx, here, "placed", {"area": again.area_code}, **home)
        self.found.append(placed)
        return placed

    def _insert(self) -> None:
        """Write people, tasks and journal lines in bulk."""
        due = self.turn.now + self.pack.deadline("feedback")
        placed = [person for person in self.fresh if person.area_code] + self.found
        tasks = [
            verification.Verification(
                self.tx.id(), "open", 1, person.id, person.area_code, "", None, self.turn.now, due
            )
            for person in placed
        ]
        contact.insert_many(self.tx, [(person, self._marks[person.id]) for person in self.fresh])
        verification.insert_many(self.tx, tasks)
        paths = area.paths_of(self.tx, {task.area_code for task in tasks})
        waits: dict[str, list[str]] = {}
        for task in tasks:
            waits.setdefault(paths[task.area_code], []).append(task.id)
        for step in (ladder.Step.FIRST_TOUCH, ladder.Step.FEEDBACK):
            ladder.begin_all(self.turn, step, waits)
        facts, areas = dict(self.turn.talk.facts), dict(self.turn.talk.facts.get("areas", {}))
        for person in placed:
            areas[person.area_code] = areas.get(person.area_code, 0) + 1
        self.counts["taken"] = len(self.fresh)
        self.counts["unplaced"] = sum(not person.area_code for person in self.fresh)
        facts["conflicts"] = facts.get("conflicts", 0) + self.disputes
        facts |= {"areas": areas, "unplaced": facts.get("unplaced", 0) + self.counts["unplaced"]}
        self.turn.talk.facts = facts
        self.turn.result = {"counts": self.counts, "report": self.report, "rows": sorted(self.became)}
