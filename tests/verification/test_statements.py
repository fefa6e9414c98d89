"""What a tap costs the database: every handler of the verification is met, and none takes more than 15 statements."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from bot.flow import Flow, Rule
from bot.flows import verification as scenario
from bot.turn import Answer, Event, Turn
from tests.scenarios import lists
from tests.verification import so_far as days
from tests.verification import test_refusals as refusals
from tests.verification.street import Street

MOST = 15
HOUSEHOLD, EACH_MORE = MOST + 1, 9  # for everybody at once: who they are, and what each one costs
Handler = tuple[str, str, str]


def name_of(flow: Flow, rule: Rule) -> Handler:
    """A handler by its scenario, its trigger and its function."""
    return flow.name, rule.trigger.value, rule.run.__name__


@contextmanager
def metered(street: Street) -> Iterator[dict[Handler, list[int]]]:
    """The statements of each event that is handled meanwhile, by the handler that answered it."""
    spent: dict[Handler, list[int]] = defaultdict(list)
    statements: list[str] = []
    met: list[Handler] = []

    def executed(conn: Any, cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    route, handle = street.desk._route, street.desk.handle

    def routed(*given: Any) -> tuple[Flow, Rule, Turn]:
        flow, rule, turn = route(*given)
        met.append(name_of(flow, rule))
        return flow, rule, turn

    def handled(event: Event) -> Answer:
        statements.clear()
        met.clear()
        answer = handle(event)
        if met:
            spent[met[-1]].append(len(statements))
        return answer

    sa.event.listen(street.core.store.engine, "before_cursor_execute", executed)
    street.desk._route, street.desk.handle = routed, handled  # type: ignore[assignment, method-assign]
    street.scheduler.handle = handled
    yield spent
    sa.event.remove(street.core.store.engine, "before_cursor_execute", executed)


def a_day(street: Street) -> None:
    """A day on which each handler of a verification is needed once; one person, fed back again and again."""
    street.list_arrives(lists.csv(*lists.people(2)))
    li, wang, chen, zheng = (street.phone(one) for one in ("li.fang", "wang.qiang", "chen.jing", "zheng.yi"))
    li.says("5")
    li.taps("转交同事", "王*明")
    li.picks(转给="王强")
    li.submits()
    li.presses_old("核实反馈", "王*明")
    li.taps("接手")
    wang.presses_old("核实反馈", "王*明")
    li.calls("接通", card="王*明")
    li.fills_in(1, info="信息不一致，需要修改")
    li.ticks("姓名", question="fields")
    li.submits()
    li.says("王建民")
    li.taps("否")
    li.says("本人在家")
    li.presses_old("提交")
    li.says("返回")
    li.says("为什么")
    li.says("取消")
    li.says("待核实")
    li.says("1")
    li.fills_in(1, door="是")
    li.taps("愿意")
    li.submits()
    li.taps("修改")
    li.fills_in(2)
    li.submits()
    li.taps("确认反馈")
    li.taps("撤销")
    li.taps("确认反馈")
    li.says("撤销")
    li.taps("确认反馈")
    li.taps("更正")
    li.says("3")
    li.says("前埔北社区")
    li.submits()
    li.taps("确认反馈")
    chen.taps("退回")
    chen.says("查无此人，不住这里")
    li.says("5")
    li.says("本人已回泉州")
    li.taps("确认反馈")
    li.taps("撤销")
    li.taps("确认反馈")
    li.says("好的")
    zheng.taps("退回", "王*明")
    zheng.says("请核实具体地址")


OTHER_ROADS = {
    ("verification", "tap", "use_draft"),
    ("verification", "text", "another_result"),
    ("verification", "start", "merged"),
    ("verification", "text", "number_at_once"),
    ("verification", "text", "nothing_open"),
    ("verification", "tap", "family"),
    ("verification", "tap", "together"),
    ("verification", "start", "undone_together"),
    ("verification", "start", "supplemented"),  # these three are counted in tests/supplements
    ("verification", "tap", "household"),
    ("verification", "tap", "companion"),
    ("verification", "start", "reassigned"),  # met in tests/people
}


def dear(spent: Mapping[Handler, list[int]]) -> dict[Handler, int]:
    """What takes more than it may."""
    return {handler: max(counts) for handler, counts in spent.items() if max(counts) > MOST}


def test_every_handler_of_a_verification_keeps_to_its_statements(street: Street) -> None:
    with metered(street) as spent:
        a_day(street)
    assert dear(spent) == {}
    known = {name_of(scenario.flow, rule) for rule in scenario.flow.rules}
    assert known - set(spent) <= OTHER_ROADS, "a handler that nobody has met has not been counted"


@pytest.mark.parametrize("so_far", ["unreachable", "twice", "telling", "disputed", "told"])
def test_so_does_everything_on_the_other_roads(street: Street, so_far: str) -> None:
    street.list_arrives(days.LIST)
    with metered(street) as spent:
        refusals.SO_FAR[so_far](street)
        li, zheng = street.phone("li.fang"), street.phone("zheng.yi")
        if so_far == "unreachable":
            li.taps("核实反馈", "王*明")
            li.says("7")
            li.taps("采用草稿")
            li.taps("确认反馈")
        if so_far == "twice":
            zheng.taps("同一人，合并")
        if so_far == "telling":
            li.says("区疾控郑医生 09:00")
    assert dear(spent) == {}


def test_each_more_of_a_household_costs_the_same(street: Street) -> None:
    street.list_arrives(lists.csv(*lists.people(6)))
    li = street.phone("li.fang")
    li.reviews(5, card="王*明")
    with metered(street) as spent:
        li.taps("全家同一结果")
        li.submits()
        li.taps("确认反馈")
        li.taps("撤销")
    together = spent.pop(("verification", "tap", "confirm"))
    assert max(together) <= HOUSEHOLD + 5 * EACH_MORE
    assert dear(spent) == {}
    assert {("verification", "tap", "family"), ("verification", "tap", "together")} <= set(spent)
