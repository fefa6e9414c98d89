"""The pictures of the machines are fresh and true, and the machines have no step or state that nobody can reach."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot import flows, machines
from bot.flow import Flow
from bot.state.machine import Life

FOLDER = Path(__file__).parent.parent / "docs" / "machines"
ARROW = re.compile(r"^  (\w+) --> (\w+) : (.+)$", re.MULTILINE)
LIVES = {life.noun: life for life in machines.lives()}
FLOWS = {flow.name: flow for flow in flows.discover()}


def reached(births: Iterable[str], moves: Iterable[tuple[str, str]]) -> set[str]:
    """Everything that can be got to from where a thing is born."""
    known, links = set(births), list(moves)
    while fresh := {to for source, to in links if source in known} - known:
        known |= fresh
    return known


def drawn(picture: str) -> Iterator[tuple[str, str, str]]:
    """Every (source, destination, label) of a picture; labels that share an arrow come one by one."""
    for source, to, labels in ARROW.findall(picture):
        for label in labels.split("<br/>"):
            yield source, to, label


def rows(flow: Flow) -> Iterator[tuple[str, str, str]]:
    """Every (source, destination, label) of a flow, as its running machine answers."""
    for rule in flow.rules:
        for outcome in rule.then:
            for source in rule.when:
                to = flow.move(source, rule, outcome)
                shown = f" ({outcome})" if outcome not in ("", to) else ""
                yield source, to, machines.label(rule) + shown


def test_the_pictures_in_the_repository_are_fresh() -> None:
    assert machines.stale(FOLDER) == [], "draw them again: make docs"


@pytest.mark.parametrize("noun", LIVES)
def test_every_state_of_a_noun_can_be_reached(noun: str) -> None:
    life = LIVES[noun]
    moves = [(source, to) for source, _, to in life.pairs()]
    assert {state.value for state in life.states} - reached(life.born, moves) == set(), "nothing leads there"


@pytest.mark.parametrize("name", FLOWS)
def test_every_step_of_a_scenario_can_be_reached(name: str) -> None:
    flow = FLOWS[name]
    moves = [(source, to) for source, to, _ in rows(flow)]
    assert {*flow.steps} - reached([flow.first], moves) == set(), "nothing leads there"


@pytest.mark.parametrize("noun", LIVES)
def test_the_picture_of_a_life_shows_the_moves_its_machine_allows_and_no_other(noun: str) -> None:
    life: Life = LIVES[noun]
    allowed = {
        (state.value, life.next(state.value, event), event)
        for event in {event for _, event, _ in life.pairs()}
        for state in life.states
        if life.allows(state.value, event)
    }
    assert set(drawn(machines.draw_life(life))) == allowed


@pytest.mark.parametrize("name", FLOWS)
def test_the_picture_of_a_scenario_shows_the_moves_its_machine_makes_and_no_other(name: str) -> None:
    flow = FLOWS[name]
    assert set(drawn(machines.draw_flow(flow))) == set(rows(flow))


@pytest.mark.parametrize("name", FLOWS)
def test_the_picture_of_a_scenario_names_every_row(name: str) -> None:
    flow, picture = FLOWS[name], machines.draw_flow(FLOWS[name])
    assert [rule.name for rule in flow.rules if machines.label(rule) not in picture] == []


def test_a_picture_that_has_been_touched_is_named_and_drawn_again(tmp_path: Path) -> None:
    folder = tmp_path / "machines"
    machines.write(folder)
    (folder / "life-contact.mmd").write_text("stateDiagram-v2\n", encoding="utf-8")
    (folder / "life-nobody.mmd").write_text("stateDiagram-v2\n", encoding="utf-8")
    (folder / "flow-help.mmd").unlink()

    checked = CliRunner().invoke(machines.main, [str(folder), "--check"])
    assert checked.exit_code == 1
    assert machines.stale(folder) == ["flow-help", "life-contact", "life-nobody"]

    assert machines.write(folder) == ["flow-help", "life-contact", "life-nobody"]
    assert CliRunner().invoke(machines.main, [str(folder), "--check"]).exit_code == 0
