"""Who may not, may not: every right of the table, every role, near and far, by every way in, before to after a forward.

A member has really been sent the card, or asked the question; then the directory changes under them. Whatever they
press or write is refused unless the table gives their new role that right over that place, and leaves no trace.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from bot import flows
from bot.state import area, permission, staff
from bot.state.permission import Action
from bot.state.staff import Role
from bot.turn import Event, Kind
from tests.verification import books
from tests.verification import so_far as days
from tests.verification.street import Street

HERE = {"own": "350203010034", "street": "350203010", "district": "350203", "sibling": "350203010023",
        "other street": "350203011027", "other district": "350211002002"}  # fmt: skip
THERE = HERE | {"own": "350203010023", "sibling": "350203010034"}
ABOVE = {"own", "street", "district"}
HANDS = {"li.fang": "350203010034", "chen.jing": "350203010023", "lin.shuji": "350203010", "zheng.yi": "350203"}
ROLES = {"li.fang": Role.COMMUNITY, "chen.jing": Role.COMMUNITY, "lin.shuji": Role.LEAD, "zheng.yi": Role.CDC}


@dataclass(frozen=True)
class Way:
    """One way in: after `so_far`, this member presses `label` (live or old) or writes `words`."""

    action: Action
    so_far: str
    who: str
    label: str = ""
    words: str = ""
    text: str = ""

    def __str__(self) -> str:
        return f"{self.so_far}-{self.who}-{self.label or self.words}"


def accepted(street: Street) -> None:
    """王建明 was forwarded to 前埔北社区 and accepted there."""
    days.forwarded(street)
    street.phone("chen.jing").taps("接收")


def asked_why(street: Street) -> None:
    """The receiver has pressed 退回 and is asked why."""
    days.forwarded(street)
    street.phone("chen.jing").taps("退回")


def returning(street: Street) -> None:
    """The CDC has pressed 退回 and is asked why."""
    street.phone("li.fang").feeds_back(5, card="王*明")
    street.phone("zheng.yi").taps("退回")


def told(street: Street) -> None:
    """The CDC has been told by telephone."""
    days.telling(street)
    street.phone("li.fang").says("区疾控郑医生 09:00")


def written(street: Street) -> None:
    """The remark is asked for."""
    street.phone("li.fang").calls("接通", card="王*明")
    street.phone("li.fang").fills_in(6)


def held(street: Street) -> None:
    """A colleague has it, and the card to take it over lies there."""
    street.phone("wang.qiang").taps("核实反馈", "王*明")
    street.phone("li.fang").presses_old("核实反馈", "王*明")


SO_FAR: dict[str, Callable[[Street], object]] = {
    **days.DAYS,
    "accepted": accepted,
    "asked why": asked_why,
    "returning": returning,
    "told": told,
    "written": written,
    "held": held,
    "handing": lambda street: street.phone("li.fang").taps("转交同事", "王*明"),
    "listed": lambda street: street.phone("li.fang").says("待核实"),
    "calling": lambda street: street.phone("li.fang").taps("显示电话", "王*明"),
    "assigning": lambda street: street.phone("zheng.yi").says("待分派"),
    "contradicted": lambda street: (street.list_arrives(days.AGAIN), street.phone("zheng.yi").taps("逐条核对")),
}  # fmt: skip
A = Action
WAYS = [
    Way(A.VERIFY, "arrived", "li.fang", label="核实反馈", text="王*明"),
    Way(A.REVEAL_PHONE, "arrived", "li.fang", label="显示电话", text="王*明"),
    Way(A.REASSIGN, "arrived", "li.fang", label="转交同事", text="王*明"),
    Way(A.REASSIGN, "handing", "li.fang", label="转交"),
    Way(A.TAKE_OVER, "held", "li.fang", label="接手"),
    Way(A.VERIFY, "listed", "li.fang", words="1"),
    Way(A.VERIFY, "calling", "li.fang", label="接通"),
    Way(A.VERIFY, "calling", "li.fang", words="5"),
    Way(A.VERIFY, "written", "li.fang", words="拒绝说明住址"),
    Way(A.VERIFY, "written", "li.fang", words="返回"),
    Way(A.VERIFY, "written", "li.fang", words="取消"),
    Way(A.VERIFY, "written", "li.fang", words="为什么"),
    Way(A.VERIFY, "written", "li.fang", label="提交"),
    Way(A.VERIFY, "reviewed", "li.fang", label="确认反馈"),
    Way(A.VERIFY, "reviewed", "li.fang", label="修改"),
    Way(A.VERIFY, "fed back", "li.fang", label="撤销"),
    Way(A.VERIFY, "fed back", "li.fang", label="更正"),
    Way(A.VERIFY, "fed back", "li.fang", label="核实反馈", text="王*明"),
    Way(A.RECEIVE_FEEDBACK, "fed back", "zheng.yi", label="接收"),
    Way(A.RETURN_FEEDBACK, "fed back", "zheng.yi", label="退回"),
    Way(A.RETURN_FEEDBACK, "returning", "zheng.yi", words="请核实具体地址"),
    Way(A.RETURN_FEEDBACK, "returning", "zheng.yi", words="取消"),
    Way(A.DO_OFFLINE_DUTY, "fed back", "li.fang", label="已线下反馈"),
    Way(A.DO_OFFLINE_DUTY, "telling", "li.fang", words="区疾控郑医生 09:00"),
    Way(A.DO_OFFLINE_DUTY, "telling", "li.fang", words="取消"),
    Way(A.RECEIVE_FEEDBACK, "told", "zheng.yi", label="已收到"),
    Way(A.VERIFY, "at home", "li.fang", label="门磁已安装"),
    Way(A.MERGE, "twice", "zheng.yi", label="同一人，合并"),
    Way(A.MERGE, "twice", "zheng.yi", label="不是同一人"),
    Way(A.VERIFY, "forwarded", "li.fang", label="撤回"),
    Way(A.VERIFY, "forwarded", "li.fang", label="确认反馈"),
    Way(A.ACCEPT_FORWARD, "forwarded", "chen.jing", label="接收"),
    Way(A.ACCEPT_FORWARD, "forwarded", "chen.jing", label="退回"),
    Way(A.ACCEPT_FORWARD, "asked why", "chen.jing", words="查无此人，不住这里"),
    Way(A.ACCEPT_FORWARD, "asked why", "chen.jing", words="取消"),
    Way(A.RULE_FORWARD, "disputed", "lin.shuji", label="前埔南社区"),
    Way(A.VERIFY, "accepted", "chen.jing", label="核实反馈"),
    Way(A.REVEAL_PHONE, "accepted", "chen.jing", label="显示电话"),
    Way(A.VERIFY, "accepted", "li.fang", label="撤回"),
    Way(A.VERIFY, "accepted", "li.fang", label="核实反馈", text="王*明"),
    Way(A.RESOLVE_CONFLICT, "contradicted", "zheng.yi", label="保留原记录"),
    Way(A.RESOLVE_CONFLICT, "contradicted", "zheng.yi", label="采用新名单"),
]
STEADY = {"reviewed", "fed back", "forwarded", "disputed", "twice"}


def test_every_right_has_a_way_in() -> None:
    mine = ("verification", "forward", "offline_duty", "receipt", "conflicts", "merge", "door_sensor", "duties")
    asked = {rule.may for flow in flows.discover() if flow.name in mine for rule in flow.rules if rule.may}
    assert {way.action for way in WAYS} == asked - {A.SUPPLEMENT, A.ASK_COMPANION}, "those are in tests/supplements"


@pytest.mark.parametrize("so_far", sorted({way.so_far for way in WAYS}))
def test_whoever_has_not_the_right_here_and_now_is_refused_without_a_trace(street: Street, so_far: str) -> None:
    street.list_arrives(days.LIST)
    SO_FAR[so_far](street)
    before = books.deeds(street)
    for way in (way for way in WAYS if way.so_far == so_far):
        there = way.who == "chen.jing" or so_far == "disputed"  # where a circle is, the sender is the second community
        for role, where in strangers(way.action):
            moves_to(street, way.who, role, (THERE if there else HERE)[where])
            assert comes(street, way) == "refused", (way, role, where)
            assert books.deeds(street) == before, (way, role, where)
        moves_to(street, way.who, ROLES[way.who], HANDS[way.who])


@pytest.mark.parametrize("so_far", ["arrived", "forwarded"])
def test_nobody_may_press_a_button_that_was_sent_to_somebody_else(street: Street, so_far: str) -> None:
    street.list_arrives(days.LIST)
    SO_FAR[so_far](street)
    before = books.deeds(street)
    for way in (way for way in WAYS if way.so_far == so_far):
        card, key = street.phone(way.who).dealt(way.label, way.text)
        for other in ("wang.qiang", "zhao.lei", "huang.min", "hong.yi", "guan.li", "su.husong"):
            assert street.forges(other, card, key).outcome == "refused", (way, other)
    assert books.deeds(street) == before


@pytest.mark.parametrize("so_far", ["arrived", "calling", "forwarded"])
def test_whoever_has_left_may_do_nothing(street: Street, so_far: str) -> None:
    street.list_arrives(days.LIST)
    SO_FAR[so_far](street)
    before = books.deeds(street)
    left = staff.table.update().where(staff.table.c.id.in_(list(HANDS))).values(active=False)
    street.core.store.write(lambda conn: conn.execute(left))
    for way in (way for way in WAYS if way.so_far == so_far):
        assert comes(street, way) == "refused", way
    assert books.deeds(street) == before


@pytest.mark.parametrize("way", [way for way in WAYS if way.text == "" and way.so_far in STEADY], ids=str)
def test_whoever_has_the_right_is_not_refused(street: Street, way: Way) -> None:
    """The other half, so that the stories above cannot pass because nothing works."""
    street.list_arrives(days.LIST)
    SO_FAR[way.so_far](street)
    moves_to(street, way.who, ROLES[way.who], HANDS[way.who])
    late = (way.so_far, way.label) in {("forwarded", "确认反馈")}
    assert comes(street, way) == ("refused" if late else "applied")


@pytest.mark.parametrize(("word", "action"), [("待核实", A.LIST_PENDING), ("待线下反馈", A.DO_OFFLINE_DUTY)])
def test_a_list_shows_nobody_of_another_place(street: Street, word: str, action: Action) -> None:
    street.list_arrives(days.LIST)
    street.phone("li.fang").feeds_back(5, card="王*明")
    for role, where in strangers(action):
        moves_to(street, "su.husong", role, HERE[where])
        said = street.phone("su.husong").says(word)
        assert "王" not in said, (role, where)
        assert "林" not in said, (role, where)


def test_a_contradiction_is_shown_to_the_cdc_of_its_place_alone(street: Street) -> None:
    street.list_arrives(days.LIST)
    street.list_arrives(days.AGAIN)
    hong, ye = street.phone("hong.yi"), street.phone("ye.yi")  # of 集美区, and of the whole city
    assert "名单不一致" not in hong.hears()
    assert "名单不一致 1 处" in ye.hears()
    assert "王*明" in ye.taps("逐条核对")


def test_the_list_of_the_unplaced_is_for_the_cdc_alone(street: Street) -> None:
    street.list_arrives(days.LIST)
    for role in set(Role) - permission.TABLE[A.ASSIGN_PLACE]:
        moves_to(street, "su.husong", role, "3502")
        assert "何" not in street.phone("su.husong").says("待分派"), role


def strangers(action: Action) -> Iterator[tuple[Role, str]]:
    """Every role and place that has not this right over 前埔南社区 (or wherever the record is)."""
    for role in Role:
        for where in HERE:
            if not (role in permission.TABLE[action] and where in ABOVE):
                yield role, where


def moves_to(street: Street, userid: str, role: Role, code: str) -> None:
    """The directory gives somebody this role in this place, and no other."""

    def write(conn: sa.Connection) -> None:
        path = conn.execute(sa.select(area.table.c.path).where(area.table.c.code == code)).scalar_one()
        conn.execute(staff.grants.delete().where(staff.grants.c.staff_id == userid))
        values = {"staff_id": userid, "role": role.value, "area_code": code, "path": path}
        conn.execute(staff.grants.insert(), values)

    street.core.store.write(write)


def comes(street: Street, way: Way) -> str:
    """The press or the words, straight to the desk; how it ended."""
    street.taken += 1
    the_id = f"evt:tried{street.taken}"
    if way.words:
        event = Event(the_id, Kind.TEXT, street.now(), way.who, text=way.words, replyable=True)
    else:
        card, key = street.phone(way.who).dealt(way.label, way.text)
        event = Event(the_id, Kind.TAP, street.now(), way.who, key=key, task_id=card.task_id)
    return street.desk.handle(event).outcome
