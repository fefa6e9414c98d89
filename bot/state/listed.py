"""One row of a list as a person: every field checked, nothing guessed, every refusal naming column, value and cure.

Law: reading asks no database, so the rows of one transaction are read, sealed and hashed while those before them are
being written. Where a person belongs is therefore asked once more when they are written.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar

from bot.state import contact, fields, places
from bot.state.base import new_ids
from bot.state.contact import Cells, Contact, State
from bot.state.fields import FieldError, Ok
from bot.state.rules import day
from bot.state.sealed import Keyring

T = TypeVar("T")

COMMUNITY, WHOLE_ROW = "社区", "整行"
PLACE = ("区", "街道", COMMUNITY)
CODE = "社区代码"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one cell: the column, the value as given (for the sender only), what and how to mend it."""

    column: str
    value: str
    what: str


class Reading(NamedTuple):
    """What a row says: a person as the cells to write, or the faults that keep it out. (Plain: many cross a pipe.)

    `place`: code, 区, 街道 and 社区 as the row gives them. `texts`: what is sealed in the cells, by `contact.SEALED`.
    """

    number: int
    place: tuple[str, ...]
    cells: Cells
    texts: tuple[str, ...]
    faults: tuple[Fault, ...]

    @property
    def person(self) -> Contact:
        """The person, of a row without faults."""
        return contact.of_cells(self.cells, self.texts)

    def become(self, keys: Keyring, person: Contact) -> "Reading":
        """The same row, of a person of whom something else is known by now."""
        return self._replace(cells=contact.cells(keys, [person])[0], texts=contact.texts(person))


class Given(NamedTuple):
    """A row as it was given: the columns of DOMAIN §2.1 as text, and why it cannot be taken at all ("" = it can)."""

    number: int
    values: Mapping[str, str]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """What rows are read by: keys, clock, the categories of the day, and the tree of areas."""

    keys: Keyring
    now: datetime
    categories: Collection[str]
    tree: places.Resolver

    def read(self, rows: Sequence[Given]) -> list[Reading]:
        """Check rows, each on its own."""
        where = [(row.values.get(CODE, ""), *(row.values[column] for column in PLACE)) for row in rows]
        ids = new_ids(self.now, len(rows))
        people = [self._person(*each) for each in zip(rows, ids, where, strict=True)]
        cells = iter(contact.cells(self.keys, [one for one in people if isinstance(one, Contact)]))
        return [
            Reading(row.number, place, next(cells), contact.texts(one), ())
            if isinstance(one, Contact)
            else Reading(row.number, place, {}, (), one)
            for row, place, one in zip(rows, where, people, strict=True)
        ]

    def _person(self, row: Given, the_id: str, place: tuple[str, ...]) -> Contact | tuple[Fault, ...]:
        if row.problem:
            return (Fault(WHOLE_ROW, "", row.problem),)
        area_code, _ = community(self.tree, place)
        return _checked(row.values, the_id, area_code, self)


def community(tree: places.Resolver, place: tuple[str, ...]) -> tuple[str, places.Found | places.Candidates]:
    """The code of the community that a row names ("" = it cannot be told), and what the tree answered."""
    code, district, street, name = place
    found = tree.resolve(code=code, district=district, street=street, community=name)
    if isinstance(found, places.Found) and found.place.level == places.COMMUNITY:
        return found.place.code, found
    return "", found


def _checked(values: Mapping[str, str], the_id: str, area_code: str, by: Reader) -> Contact | tuple[Fault, ...]:
    check, today = _Check(), day(by.now)
    name = check(fields.name, values["姓名"])
    category = check(fields.category, values["人员类别"], by.categories)
    kind = check(fields.kind, values["证件类型"]) or ""
    number = _number(check, kind, values, today)
    phone = check(fields.phone, values["联系电话"]) if values["联系电话"] else ""
    if not values["证件号码"] and not values["联系电话"]:
        check.faults.append(Fault("证件号码", "", "证件号码和联系电话都没有，至少填一项"))
    sex = check(fields.choose_sex, values["性别"], number if kind == fields.KINDS[0] else "")
    exposed = check(fields.day, values["末次暴露日期"], today) if values["末次暴露日期"] else None
    if check.faults:
        return tuple(check.faults)
    return Contact(
        id=the_id,
        state=State.PENDING if area_code else State.UNPLACED,
        version=1,
        area_code=area_code,
        list_no=values["名单编号"][:64],
        name=name or "",
        sex=sex or "",
        id_type=kind if number or kind == fields.KINDS[-1] else "",
        id_number=number or "",
        phone=phone or "",
        category=category or "",
        index_case=values["关联病例"][:100],
        last_exposure=exposed,
        place="/".join(values[column] for column in PLACE if values[column]),
        address=fields.seen(values["详细地址"])[: fields.LONGEST_ADDRESS],
        note=fields.seen(values["备注"])[: fields.LONGEST_REMARK],
        created_at=by.now,
    )


def parts_of(place: str) -> tuple[str, str, str]:
    """区, 街道, 社区 as the list wrote them. What it left out is not in `place`, so a part is known by its ending."""
    given = place.split("/")
    if len(given) == len(PLACE):
        return given[0], given[1], given[2]
    district = street = community = ""
    for part in given:
        if part.endswith(("街道", "镇", "乡")):
            street = part
        elif part.endswith("区") and not part.endswith("社区"):
            district = part
        else:
            community = part
    return district, street, community


def _number(check: "_Check", kind: str, values: Mapping[str, str], today: date) -> str | None:
    if not kind or (not values["证件号码"] and kind != fields.KINDS[-1]):
        return ""
    return check(fields.document, kind, values["证件号码"], today, values["备注"])


class _Check:
    """Runs checkers and gathers what they say, so that a row reports all its faults at once."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def __call__(self, checker: Callable[..., Ok[T]], *given: Any) -> T | None:
        try:
            return checker(*given).value
        except FieldError as error:
            self.faults.append(Fault(error.field, error.value_shown, f"{error.what}，{error.cure}"))
            return None


FILLED = ("sex", "id_type", "id_number", "phone", "index_case", "last_exposure", "address", "note", "list_no")
COMPARED = {
    "name": "姓名", "sex": "性别", "id_number": "证件号码", "phone": "联系电话", "category": "人员类别",
    "address": "详细地址", "last_exposure": "末次暴露日期",
}  # fmt: skip


def differences(known: Contact, fresh: Contact) -> tuple[dict[str, object], tuple[str, ...]]:
    """What a second listing of a person adds, and the fields in which it contradicts what is known."""
    added = {name: getattr(fresh, name) for name in FILLED if not getattr(known, name) and getattr(fresh, name)}
    disputed = tuple(
        name
        for name in COMPARED
        if getattr(known, name) and getattr(fresh, name) and getattr(known, name) != getattr(fresh, name)
    )
    return added, disputed
