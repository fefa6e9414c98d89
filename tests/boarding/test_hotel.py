"""The hand-over at the hotel (DOMAIN §2.8): received as a whole, one by one, by scan; faults; a system that is down."""

from collections.abc import Iterator

import pytest

from bot import app, config, pushes
from bot.effects import Effects
from bot.state import handover, notice, queue
from bot.state.contact import State
from bot.state.handover import Push
from integrations.hotel.standin import Hotel, Mood
from integrations.webhooks.client import Webhook
from tests import test_config
from tests.boarding.stop import Stop, Wearer
from tests.verification.hand import Hand

KEY = "a-key-shared-with-a-hotel-in-tests"


@pytest.fixture
def guests(stop: Stop, su: Hand) -> list[Wearer]:
    """Three people who were driven to 鹭岛隔离酒店一号, which has no system of its own."""
    return driven(stop, su, 3)


def driven(stop: Stop, su: Hand, many: int) -> list[Wearer]:
    """So many people scanned aboard, counted, and on their way."""
    people = stop.people(many)
    stop.vehicle(stop.notice(people))
    stop.opens()
    for who in people:
        stop.scans("su.husong", who.code)
    stop.street.waits(seconds=10)
    su.taps("完成接人")
    su.says(str(many))
    su.taps("确认发车")
    return people


# ── at the desk ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_desk_confirms_all_and_everybody_hears_it(stop: Stop, guests: list[Wearer], su: Hand, qian: Hand) -> None:
    li, he, zheng = (stop.street.phone(one) for one in ("li.fang", "he.diaodu", "zheng.yi"))
    said = qian.hears()
    assert "在途 3 人，已入住 0 人" in said
    assert "闽D·演001 密接" in said
    assert "已确认接收 前埔南社区 第1单 全部 3 人" in qian.taps("确认接收")
    assert [stop.state(who) for who in guests] == [State.ARRIVED] * 3
    for hand in (su, li, he, zheng):
        assert "鹭岛隔离酒店一号已接收 前埔南社区 第1单 闽D·演001 入住 3 人" in hand.hears()
    (done,) = stop.handovers()
    assert done.state == handover.State.AGREED
    assert stop.does(notice.noun.where)[0].state == notice.State.CLOSED
    assert "已接收，这次没有改动" in qian.presses_old("确认接收")
    assert "✓" in qian.says("2 302")


def test_one_by_one_by_number_with_rooms_and_by_scan(stop: Stop, guests: list[Wearer], qian: Hand) -> None:
    assert f"1 {guests[0].shown} 密接 在途" in qian.taps("逐人确认")
    assert qian.says("1 302") == f"✓ {guests[0].shown} 已入住 1/3，302房"
    assert f"✓ {guests[1].shown} 已入住 2/3" == stop.scans("jiudian.qian", guests[1].code)
    assert "由鹭岛前台确认入住，没有重复登记" in stop.scans("jiudian.qian", guests[1].code)
    assert "名单只有 1–3 号" in qian.says("9")
    assert "✗" in stop.scans("jiudian.qian", "https://example.invalid")
    assert "全部 3 人" in qian.says("3")
    assert [state for _, state in stop.guests()] == ["arrived"] * 3


def test_somebody_of_another_bus_is_not_on_the_list(stop: Stop, guests: list[Wearer], qian: Hand) -> None:
    (other,) = stop.people(1)
    qian.taps("逐人确认")
    assert "不在这张名单上" in stop.scans("jiudian.qian", other.code)


def test_other_hotels_see_and_confirm_nothing(stop: Stop, guests: list[Wearer], qian: Hand) -> None:
    stop.stays("jiudian.qian", "LD02")
    assert "没有办理这条记录的权限" in qian.taps("确认接收")
    assert [state for _, state in stop.guests()] == ["expected"] * 3


# ── what is found otherwise ───────────────────────────────────────────────────────────────────────────────────────────


def reports(qian: Hand, kind: str, note: str) -> str:
    """接收异常 of a kind, with words."""
    qian.taps("接收异常")
    qian.picks(异常类型=kind)
    qian.submits()
    return qian.says(note)


def test_one_is_missing_both_sides_agree_and_the_community_looks(
    stop: Stop, guests: list[Wearer], su: Hand, qian: Hand
) -> None:
    lin = stop.street.phone("lin.shuji")
    qian.taps("逐人确认")
    qian.says("1 2")
    assert "已上报接收异常（少人）" in reports(qian, "少人", "清点只有两人，第三位未下车")
    assert f"未确认：{guests[2].shown}" in su.hears()
    assert "第三位未下车" in lin.hears()
    assert "已答复酒店" in su.taps("情况属实")
    assert f"未到酒店：{guests[2].shown}，请社区立即联系" in stop.street.phone("li.fang").hears()
    assert [stop.state(who) for who in guests] == [State.ARRIVED, State.ARRIVED, State.ISSUED]
    assert stop.does(notice.noun.where)[0].state == notice.State.CLOSED


@pytest.mark.parametrize(("kind", "note"), [("多人", "多来了一名婴儿，随母亲"), ("串环", "双胞胎手环互换")])
def test_anything_else_is_written_down_and_goes_on(
    stop: Stop, guests: list[Wearer], su: Hand, qian: Hand, kind: str, note: str
) -> None:
    assert "情况没有内容" in reports(qian, kind, "无")
    qian.says(note)
    assert note in stop.street.phone("zheng.yi").hears()
    su.taps("情况属实")
    assert f"{kind}情况属实" in qian.hears()
    assert "全部 3 人" in qian.taps("确认接收")
    (done,) = stop.handovers()
    assert (done.state, done.fault_note) == ("agreed", note)


def test_the_escort_may_ask_to_look_again(stop: Stop, guests: list[Wearer], su: Hand, qian: Hand) -> None:
    reports(qian, "少人", "好像少一位")
    assert "已答复酒店" in stop.street.phone("he.diaodu").taps("请再核对")
    assert "请酒店再核对一遍" in qian.hears()
    assert "这次没有改动" in su.presses_old("情况属实")
    assert "全部 3 人" in qian.taps("确认接收")


def test_a_fault_can_be_dropped(stop: Stop, guests: list[Wearer], qian: Hand) -> None:
    qian.taps("接收异常")
    assert "已返回" in qian.says("取消")
    assert "全部 3 人" in qian.taps("确认接收")


def test_a_hotel_without_anybody_in_the_directory(stop: Stop, su: Hand) -> None:
    stop.stays("jiudian.qian", "LD02")
    driven(stop, su, 1)
    assert "没有在册人员" in stop.street.phone("he.diaodu").hears()
    assert "无人在岗：1 项" in stop.street.phone("lin.shuji").hears(), (
        "the lead of the community whose people wait there"
    )


# ── the hotel's own system ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def system(stop: Stop) -> Iterator[Hotel]:
    """鹭岛隔离酒店一号 has a system of its own, which is up."""
    street = stop.street
    with Hotel(KEY, lambda: street.now().timestamp()) as system:
        stop.has_a_system("LD01", system.url, KEY)
        effects: Effects = street.sender.effects
        effects.hotel = lambda url, key: Webhook(url, key, lambda: street.now().timestamp(), timeout=(0.5, 0.3))
        yield system


def push(stop: Stop) -> str:
    """How the push of the only hand-over stands."""
    return stop.handovers()[0].push


def test_the_system_hears_exactly_the_boarded_set_at_once(stop: Stop, su: Hand, system: Hotel) -> None:
    people = driven(stop, su, 3)
    assert system.guests() == [who.name for who in people]
    (done,) = stop.handovers()
    assert list(system.applied) == [f"manifest:{done.id}:v1"]
    assert push(stop) == Push.DELIVERED


@pytest.mark.parametrize("mood", [Mood.LOSES, Mood.LIES, Mood.FAILS, Mood.CROWDED, Mood.MOVED, Mood.BREAKS])
def test_trouble_is_tried_again_and_applied_once(stop: Stop, su: Hand, system: Hotel, mood: Mood) -> None:
    system.will(mood)
    driven(stop, su, 2)
    stop.street.waits(minutes=10)
    assert len(system.applied) == 1
    assert len({heard.key for heard in system.heard}) == 1
    assert len({str(heard.body) for heard in system.heard}) == 1, "the same document each time"
    assert push(stop) == Push.DELIVERED


def test_down_for_an_hour_and_people_confirmed_meanwhile(stop: Stop, su: Hand, qian: Hand, system: Hotel) -> None:
    system.stop()
    people = driven(stop, su, 2)
    qian.taps("确认接收")
    for _ in range(12):
        stop.street.waits(minutes=5)
    assert push(stop) == Push.WAITING
    system.start()
    stop.street.waits(minutes=6)
    assert system.guests() == [who.name for who in people]
    assert push(stop) == Push.DELIVERED


@pytest.mark.parametrize("why", ["refused", "a day"])
def test_what_is_given_up_is_seen_and_can_be_sent_again(stop: Stop, su: Hand, system: Hotel, why: str) -> None:
    he = stop.street.phone("he.diaodu")
    if why == "refused":
        system.will(Mood.REFUSES)
        driven(stop, su, 2)
    else:
        system.stop()
        driven(stop, su, 2)
        stop.street.waits(hours=25)
        system.start()
    assert push(stop) == Push.LOST
    said = he.hears()
    assert "酒店系统没有收到名单" in said
    assert ("原因 对方拒收（HTTP 422）" if why == "refused" else "原因 对方没有应答") in said
    assert "已重新推送" in he.taps("重新推送")
    assert push(stop) == Push.DELIVERED
    assert len(system.applied) == 1
    assert "没有重复推送" in he.presses_old("重新推送")
    stop.street.sandbox.book.dropped.clear()
    stop.forgets("tell_hotel")


def test_the_operator_sees_what_was_lost_and_sends_it_again(stop: Stop, su: Hand, system: Hotel) -> None:
    core = stop.street.core
    system.will(Mood.REFUSES)
    assert pushes.lost(core) == (["没有推送失败的名单。"], 0)
    driven(stop, su, 2)
    (row,) = stop.handovers()
    lines, count = pushes.lost(core)
    assert (count, lines[0].split()[0]) == (1, row.id)
    assert pushes.again(core, [row.id, "nobody"])[1] == 1
    stop.street.settle()
    assert (push(stop), len(system.applied)) == (Push.DELIVERED, 1)
    assert pushes.again(core, [row.id])[1] == 1, "it has arrived: once is enough"
    stop.forgets("tell_hotel")


def test_a_private_address_hears_nothing_unless_the_settings_allow_it(
    stop: Stop, su: Hand, system: Hotel, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in test_config.GOOD.items():
        monkeypatch.setenv(name, value)
    effects, he = stop.street.sender.effects, stop.street.phone("he.diaodu")
    effects.hotel = app.hotels(config.load(), stop.street.now)
    driven(stop, su, 1)
    assert (push(stop), system.heard) == (Push.LOST, [])
    assert "原因 推送地址不是公网地址" in he.hears()
    monkeypatch.setenv("BIHUAN_HOTEL_PRIVATE", "true")
    effects.hotel = app.hotels(config.load(), stop.street.now)
    he.taps("重新推送")
    assert (push(stop), len(system.applied)) == (Push.DELIVERED, 1)
    stop.forgets("tell_hotel")


def test_nothing_of_a_person_lies_open_in_the_letter(stop: Stop, su: Hand, system: Hotel) -> None:
    system.stop()
    people = driven(stop, su, 1)
    with stop.street.core.store.read() as conn:
        letters = conn.execute(queue.outbox.select().where(queue.outbox.c.kind == "tell_hotel")).all()
    assert len(letters) == 1
    assert people[0].name.encode() not in bytes(letters[0].payload)
    system.start()
    stop.street.waits(minutes=10)
