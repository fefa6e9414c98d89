"""The table of a scenario: what stands over the handlers is what happens; one that contradicts itself is refused."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import flows
from bot.flow import Flow, Rule, Trigger
from bot.flows import Scenarios
from bot.state import conversation
from bot.turn import Kind
from tests.faults import probe
from tests.faults.office import Office

WORKER = "li.fang"
MOVING = [
    pytest.param(flow, rule, source, outcome, id=f"{flow.name}-{rule.trigger}-{rule.name}-{source}-{outcome}")
    for flow in flows.discover()
    for rule in flow.rules
    for source in rule.when
    for outcome in rule.then
]


# ── the rows ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("flow", "rule", "source", "outcome"), MOVING)
def test_every_arrow_of_every_scenario_leads_where_its_decorator_says(
    flow: Flow, rule: Rule, source: str, outcome: str
) -> None:
    assert flow.move(source, rule, outcome) == rule.then[outcome]


def test_an_outcome_nobody_declared_is_a_defect() -> None:
    rule = probe.flow.find(Trigger.TAP, "close")
    assert rule is not None
    with pytest.raises(KeyError):
        probe.flow.move("asked", rule, "exploded")


def test_a_row_without_a_destination_stays() -> None:
    rule = probe.flow.find(Trigger.TAP, "look")
    assert rule is not None
    assert not rule.moves
    assert [probe.flow.move(step, rule, None) for step in probe.flow.steps] == list(probe.flow.steps)


def test_a_row_is_found_by_trigger_name_and_step() -> None:
    assert probe.flow.find(Trigger.TAP, "close", "asked") is probe.flow.find(Trigger.TAP, "close")
    assert probe.flow.find(Trigger.TAP, "close", "idle") is None
    assert probe.flow.find(Trigger.WORD, "close") is None


def test_every_scenario_answers_an_old_button() -> None:
    assert [flow.name for flow in flows.discover() if flow.find(Trigger.LATE) is None] == []


# ── tables that contradict themselves ─────────────────────────────────────────────────────────────────────────────────


def nothing(_: Any) -> None:
    """Do nothing."""


def test_a_step_that_does_not_exist_is_refused() -> None:
    flow = Flow("f", ["one", "two"])
    with pytest.raises(ValueError, match=r"f\.go: no such step \['three'\]"):
        flow.tap("go", when="one", then="three")
    with pytest.raises(ValueError, match="no such step"):
        flow.tap("go", when=("one", "four"))
    with pytest.raises(ValueError, match="no such step"):
        flow.text(when="one", then={"yes": "two", "no": "five"})


def test_a_button_handled_twice_is_refused() -> None:
    flow = Flow("f", ["one"])
    flow.tap("go")(nothing)
    with pytest.raises(ValueError, match="'go' is handled twice"):
        flow.tap("go")
    flow.word("go")(nothing)


def test_two_flows_of_one_name_or_one_word_are_refused() -> None:
    one, two = Flow("one", ["s"]), Flow("two", ["s"])
    one.word("试")(nothing)
    two.word("试")(nothing)
    with pytest.raises(ValueError, match="two flows are called 'one'"):
        Scenarios([one, Flow("one", ["s"])])
    with pytest.raises(ValueError, match="'试' is answered by two flows"):
        Scenarios([one, two])


# ── walks ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    """An office with the demo's directory."""
    made = Office(database_url)
    made.opens()
    yield made
    made.close()


def talk(office: Office) -> tuple[str, int]:
    """The probe's step and turn."""
    with office.store.read() as conn:
        mine = sa.select(conversation.table.c.step, conversation.table.c.turn)
        row = conn.execute(mine.where(conversation.table.c.flow == "probe")).first()
    return ("idle", 1) if row is None else (row.step, row.turn)


def do(office: Office, action: str) -> None:
    """One thing that can be done to the probe."""
    if action == "word":
        office.asks(WORKER, probe.WORD)
    elif action in ("说", "不动"):
        office.runner.handle(office.event(Kind.TEXT, WORKER, text=action))
    elif action == "wait":
        office.clock.moves(minutes=10)
        office.scheduler.fire_due()
    elif action == "again":
        event = office.event(Kind.WORD, WORKER, text=probe.WORD)
        office.runner.handle(event)
        office.runner.handle(event)
    elif office.has(WORKER, action):
        office.taps(WORKER, action)


MOVES: dict[
    str, Callable[[str, int], tuple[str, int]]
] = {  # what may become of (step, turn), written down a second time on purpose
    "word": lambda step, turn: ("asked", turn + 1),
    "again": lambda step, turn: ("asked", turn + 1),
    "说": lambda step, turn: (step, turn + 1) if step == "asked" else (step, turn),
    "不动": lambda step, turn: (step, turn),
    "关闭": lambda step, turn: ("closed", turn + 1) if step == "asked" else (step, turn),
    "看看": lambda step, turn: (step, turn),
    "出错": lambda step, turn: (step, turn),
    "wait": lambda step, turn: (step, turn),
}


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(sorted(MOVES)), min_size=4, max_size=8))
def test_a_talk_only_walks_the_arrows_of_its_table_and_its_turn_counts_them(office: Office, actions: list[str]) -> None:
    for action in actions:
        before, stamped = talk(office), any(card.turn == talk(office)[1] for card in office.live_cards(WORKER))
        do(office, action)
        wanted = MOVES[action](*before)
        if action == "关闭" and not stamped:
            wanted = before  # the card on the phone is of an earlier turn
        assert talk(office) == wanted, action


def test_a_card_carries_the_turn_that_is_being_made(office: Office) -> None:
    office.asks(WORKER, probe.WORD)
    office.asks(WORKER, probe.WORD)
    [card] = office.live_cards(WORKER)
    assert (card.turn, talk(office)) == (3, ("asked", 3))
    assert "/close/li.fang/3/" in card.body
