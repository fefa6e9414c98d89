"""One row of a list as a person: every field checked, nothing guessed, every refusal naming column, value and cure."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from bot.state import fields
from bot.state.base import new_id
from bot.state.contact import Contact, State
from bot.state.fields import FieldError, Ok

T = TypeVar("T")

COMMUNITY, WHOLE_ROW = "社区", "整行"
PLACE = ("区", "街道", COMMUNITY)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one cell: the column, the value as given (for the sender only), what and how to mend it."""

    column: str
    value: str
    what: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a row says: a person without a place yet, or the faults that keep it out."""

    person: Contact | None
    faults: tuple[Fault, ...]
    notes: tuple[str, ...] = ()


def read(
    values: Mapping[str, str], now: datetime, today: date, categories: Collection[str], area_code: str = ""
) -> Reading:
    """Check one row. `values` has the columns of DOMAIN §2.1 as text; `today` is Shanghai's; "" = no known place."""
    check = _Check()
    name = check(fields.name, values["姓名"])
    category = check(fields.category, values["人员类别"], categories)
    kind = check(fields.kind, values["证件类型"]) or ""
    number = _number(check, kind, values, today)
    phone = check(fields.phone, values["联系电话"]) if values["联系电话"] else ""
    if not values["证件号码"] and not values["联系电话"]:
        check.faults.append(Fault("证件号码", "", "证件号码和联系电话都没有，至少填一项"))
    sex = check(fields.choose_sex, values["性别"], number if kind == fields.KINDS[0] else "")
    exposed = check(fields.day, values["末次暴露日期"], today) if values["末次暴露日期"] else None
    if check.faults:
        return Reading(None, tuple(check.faults))
    person = Contact(
        id=new_id(now),
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
        created_at=now,
    )
    return Reading(person, (), tuple(check.notes))


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


def place_of(values: Mapping[str, str]) -> tuple[str, ...]:
    """Code, 区, 街道 and 社区 as the row gives them."""
    return (values.get("社区代码", ""), *(values[column] for column in PLACE))


class _Check:
    """Runs checkers and gathers what they say, so that a row reports all its faults at once."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.notes: list[str] = []

    def __call__(self, checker: Callable[..., Ok[T]], *given: Any) -> T | None:
        try:
            ok = checker(*given)
        except FieldError as error:
            self.faults.append(Fault(error.field, error.value_shown, f"{error.what}，{error.cure}"))
            return None
        if ok.notes:
            self.notes += ok.notes
        return ok.value


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
