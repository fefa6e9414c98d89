"""Whatever a bot sends, the rules answer with a refusal or a card that can be drawn, never with a crash."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.wecom.sandbox import card_rules, entries, rules
from integrations.wecom.sandbox.errcode import Refused
from tests.integrations.wecom.sandbox.asking import CARDS, Json, card

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=200),
    lambda inner: st.lists(inner, max_size=12) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


class Facts:
    """A world in which every form may pass."""

    agent_id = 1000002

    def has_callback(self) -> bool:
        return True

    def is_task_taken(self, task_id: str) -> bool:
        return False

    def has_media(self, media_id: str) -> bool:
        return True


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every path into a card."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, inner in items for found in [(*path, key), *places(inner, (*path, key))]]


def replaced(made: Json, path: tuple[Any, ...], value: Any) -> Json:
    holder: Any = made
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    return made


@st.composite
def spoilt_cards(draw: st.DrawFn) -> Json:
    """A good card with one or two values replaced by anything JSON can hold."""
    made = copy.deepcopy(CARDS[draw(st.sampled_from(sorted(CARDS)))])
    for _ in range(draw(st.integers(1, 2))):
        made = replaced(made, draw(st.sampled_from(places(made))), draw(JSON))
    return made


def drawn(content: Json) -> entries.Entry:
    made = card_rules.known(content)
    picks = entries.chosen_at_first(made, preselect_first=True)
    return entries.Entry("m", "li.lei", "bot", "template_card", 0.0, {}, made, picks=picks)


@given(spoilt_cards())
def test_a_spoilt_card_is_refused_or_can_be_drawn(content: Json) -> None:
    body = {"touser": "li.lei", "agentid": 1000002, "msgtype": "template_card", "template_card": content}
    try:
        sending = rules.send(body, Facts())
    except Refused:
        return
    shown = drawn(sending.content).shown()
    assert isinstance(shown["text"], str)
    assert all(isinstance(control["label"], str) for control in shown["controls"])


@given(st.dictionaries(st.sampled_from(sorted(rules.SEND_FIELDS | rules.KINDS)), JSON))
def test_any_request_is_refused_or_understood(body: Json) -> None:
    for check in (rules.send, rules.update):
        try:
            check({"agentid": 1000002, "touser": "li.lei", "response_code": "c", **body}, Facts())
        except Refused as refusal:
            assert refusal.code != 0


@given(st.text(), st.integers(0, 2100))
def test_text_is_cut_by_bytes_but_never_inside_a_character(text: str, limit: int) -> None:
    cut = rules.clip(text, limit)
    assert len(cut.encode()) <= limit
    assert text.startswith(cut)
    assert cut == text or len(text[: len(cut) + 1].encode()) > limit


@given(st.text(min_size=1), st.integers(1, 50))
def test_a_shortened_text_fits_and_shows_that_something_is_missing(text: str, limit: int) -> None:
    short = card_rules.shorten(text, limit)
    assert len(short) <= limit
    assert short == text or short.endswith("…")


@pytest.mark.parametrize(("path", "usual"), card_rules.ADVISED.items())
def test_advised_lengths_warn_and_are_cut_in_the_drawing_only(path: str, usual: int) -> None:
    top, *rest = path.split(".")
    kind = next(kind for kind in CARDS if top in CARDS[kind])
    limit = card_rules.ADVISED_OTHERWISE.get((kind, path), usual)
    made, long = card(kind), "长" * (limit + 1)
    where: list[Any] = [top]
    for name in rest:
        if isinstance(value_at(made, where), list):
            where.append(0)
        where.append(name)
    replaced(made, tuple(where), long)
    notes: list[str] = []
    card_rules.check(made, notes)
    assert any(note.startswith(f"{path}: {limit + 1} characters, {limit} advised") for note in notes)
    assert value_at(card_rules.cut(made), where) == "长" * (limit - 1) + "…"
    assert value_at(made, where) == long


def value_at(made: Any, where: list[Any]) -> Any:
    for key in where:
        made = made[key]
    return made


def test_a_vote_has_a_shorter_title_than_other_cards() -> None:
    notes: list[str] = []
    card_rules.check(card("vote_interaction", main_title={"title": "长" * 17}), notes)
    assert notes == ["main_title.title: 17 characters, 16 advised; the client cuts it"]


def test_fields_of_another_card_type_are_ignored_aloud() -> None:
    notes: list[str] = []
    made = card("vote_interaction", jump_list=[{"title": "看板"}])
    card_rules.check(made, notes)
    assert notes == ["jump_list: not a field of vote_interaction; ignored"]
    assert "看板" not in drawn(made).text()
