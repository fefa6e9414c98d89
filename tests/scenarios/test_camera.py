"""The way in for codes: scanned from the menu, photographed in chat; each is answered; what leads nowhere says so."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import requests
import sqlalchemy as sa
from PIL import Image

from bot import app, flows
from bot.bench import scenes
from bot.effects import PATIENT
from bot.flow import Flow
from bot.state import code, queue
from bot.turn import ANSWER_TTL, Event, Kind, Turn
from cards import camera, menu
from integrations.wecom.sandbox.phone import Phone
from tests.codes import pictures
from tests.codes.test_decode import ONE, TWO
from tests.world import World

DOWN = {"endpoint": "media/get", "kind": "http", "value": 502}
gate = Flow("gate", steps=["open", "counter", "shut"], personal=True)


@gate.start("opens", then="open")
def opens(turn: Turn) -> None:
    """A question that takes codes."""
    turn.act_for(turn.ref)
    turn.focus()


@gate.start("serves", when=("open", "counter"), then="counter")
def serves(turn: Turn) -> None:
    """The next person stands at the counter; a code is for whoever stands there."""


@gate.scan("counter", then="counter")
def bound(turn: Turn) -> None:
    """The code is taken, and the next person's turn has come."""
    turn.reply("绑定：" + " ".join(turn.event.codes))


@gate.start("shuts", then="shut")
def shuts(turn: Turn) -> None:
    """The same talk at a step that takes none."""


@gate.scan("open")
def scanned(turn: Turn) -> None:
    """Say back what was scanned."""
    turn.reply("读到：" + " ".join(turn.event.codes))


@gate.late
def late(turn: Turn) -> None:
    """Nothing is drawn here."""


@pytest.fixture
def fang(world: World) -> Iterator[Phone]:
    """李芳, whose open question takes codes; the menu is published, and no scenario owns its scanners."""
    desk = [each for each in flows.discover() if each.name in ("help", "camera")]
    world.core.runner.scenarios = flows.Scenarios([*desk, gate])
    app.publish_menu(world.settings)
    hand_over(world, "opens")
    yield world.phone("li.fang")


def hand_over(world: World, name: str) -> None:
    """The gate's talk with 李芳 goes on."""
    event = Event(f"test:{name}", Kind.START, world.now(), flow="gate", ref="li.fang", name=name)
    world.core.runner.handle(event)


def letters(world: World, kind: str = "read_photo") -> list[str]:
    """The states of all letters of a kind."""
    out = queue.outbox.c
    with world.core.store.read() as conn:
        return [row.state for row in conn.execute(sa.select(out.state).where(out.kind == kind))]


def test_a_scan_from_the_menu_is_answered_at_once(fang: Phone) -> None:
    fang.scans(ONE, entry=menu.SCANNERS["转运准备"])
    assert fang.last()["text"] == f"读到：{ONE}"


def test_a_bar_code_arrives_without_its_symbology(fang: Phone) -> None:
    fang.scans("RF000007", entry=menu.SCANNERS["接人上车"], symbology="CODE_128")
    assert fang.last()["text"] == "读到：RF000007"


def test_every_code_of_a_photograph_arrives_as_if_scanned_within_two_seconds(fang: Phone) -> None:
    fang.sends_photo(pictures.jpeg(pictures.side_by_side(ONE, TWO)))
    assert fang.sees("读到：", timeout=2)["text"] == f"读到：{ONE} {TWO}"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (pictures.jpeg(Image.new("L", (640, 480), 90)), camera.NO_CODE),
        (pictures.jpeg(scenes.symbol(ONE))[:900], camera.unread("broken")),
        (pictures.png(Image.new("1", (20_000, 20_000))), camera.unread("too_many_pixels")),
    ],
    ids=["no code", "truncated", "pixel flood"],
)
def test_a_photograph_that_gives_no_code_says_why_and_what_will_do(fang: Phone, data: bytes, said: str) -> None:
    fang.sends_photo(data)
    assert fang.sees(said.splitlines()[0])["text"] == said


def test_an_expired_photograph_is_told_of(world: World, fang: Phone) -> None:
    world.app.sender.stop()
    fang.sends_photo(pictures.jpeg(scenes.symbol(ONE)))
    world.sandbox.world.book.media.clear()
    world.app.sender.drain()
    assert fang.last()["text"] == camera.unread("gone")


def test_a_photograph_that_nobody_could_read_in_time_is_told_of_and_not_used(world: World, fang: Phone) -> None:
    world.app.sender.stop()
    fang.sends_photo(pictures.jpeg(scenes.symbol(ONE)))
    world.offset += ANSWER_TTL
    world.app.sender.drain()
    assert fang.last()["text"] == camera.unread("not_fetched")
    assert letters(world) == ["sent"]


def test_a_photograph_is_asked_for_a_few_times_before_its_sender_hears_that_it_cannot_be_had(
    world: World, fang: Phone
) -> None:
    world.app.sender.stop()
    fang.sends_photo(pictures.jpeg(scenes.symbol(ONE)))
    requests.post(f"{world.sandbox.url}/control/faults", json=DOWN, timeout=10).raise_for_status()
    for _ in range(PATIENT):
        assert fang.messages()[-1]["side"] == "member"
        world.offset += timedelta(seconds=30)
        world.app.sender.drain(1)
    world.app.sender.drain()
    assert fang.last()["text"] == camera.unread("not_fetched")


def test_a_photograph_read_twice_is_answered_once(world: World, fang: Phone) -> None:
    world.app.sender.stop()
    fang.sends_photo(pictures.jpeg(scenes.symbol(ONE)))
    (letter,) = world.app.sender.claim(5)
    world.app.sender.effects.do(letter)  # and the process dies before it is marked
    world.offset += queue.LEASE * 2
    world.app.sender.drain()
    assert [said["text"] for said in fang.messages() if said["side"] == "bot"] == [f"读到：{ONE}"]
    assert letters(world) == ["sent"]


def test_a_photograph_counts_for_whoever_was_open_when_it_was_sent(world: World, fang: Phone) -> None:
    hand_over(world, "serves")
    world.app.sender.stop()
    for each in (ONE, TWO):
        fang.sends_photo(pictures.jpeg(scenes.symbol(each)))
    world.app.sender.drain()
    first, second = [said["text"] for said in fang.messages() if said["side"] == "bot"]
    assert first == f"绑定：{ONE}"
    assert "您已转到下一步，没有保存" in second


def test_photographs_for_a_question_that_stays_all_count(world: World, fang: Phone) -> None:
    world.app.sender.stop()
    for each in (ONE, TWO):
        fang.sends_photo(pictures.jpeg(scenes.symbol(each)))
    world.app.sender.drain()
    assert [said["text"] for said in fang.messages() if said["side"] == "bot"] == [f"读到：{ONE}", f"读到：{TWO}"]


@pytest.mark.parametrize("shut", [True, False])
def test_a_code_nobody_awaits_is_not_kept_and_no_photograph_is_fetched(world: World, fang: Phone, shut: bool) -> None:
    phone = fang if shut else world.phone("wang.qiang")
    hand_over(world, "shuts")
    phone.sends_photo(pictures.jpeg(scenes.symbol(ONE)))
    assert "这照片没有保存" in phone.sees("没有等着扫码")["text"]
    phone.scans(ONE, entry=menu.SCANNERS["转运准备"])
    assert "这码没有保存" in phone.last()["text"]
    assert letters(world) == []


def test_nothing_of_a_photograph_is_kept(world: World, fang: Phone) -> None:
    fang.sends_photo(pictures.jpeg(scenes.symbol(ONE)))
    fang.sees("读到：")
    with world.core.store.read() as conn:
        kept = conn.execute(sa.select(queue.inbox.c.id, queue.inbox.c.body).where(queue.inbox.c.kind == "photo")).all()
    assert [len(row.body) < 2000 for row in kept] == [True]


def test_every_reason_of_the_reader_has_its_words_of_two_lines() -> None:
    from integrations.qr.decode import Reason

    said = [camera.unread(reason.value) for reason in Reason] + [camera.unread("gone"), camera.unread("not_fetched")]
    assert camera.NO_CODE not in said
    assert all(text.count("\n") == 1 and "没有保存" in text and f"{code.SHORT} 位短码" in text for text in said)
