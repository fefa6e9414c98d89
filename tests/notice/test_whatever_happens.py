"""Whatever is pressed in whatever order: a person on one open notice, nobody on one called off, every book sound."""

import tempfile
from contextlib import closing, suppress
from pathlib import Path
from random import Random

import pytest

from bot.state import trip
from bot.state.machine import Refused
from tests import databases
from tests.notice.road import CAR, Road
from tests.verification import books
from tests.verification.street import Street

WORDS = (
    "通知转运",
    "我的通知",
    "1",
    "2",
    "10:30",
    "前埔南小区北门",
    "今日车辆已满",
    CAR,
    "返回",
    "取消",
    "为什么",
    "1 0",
    "马上",
)
LABELS = (
    *(
        "新增",
        "继续填写",
        "用地址1",
        "尽快",
        "确认通知",
        "改人员",
        "改人数",
        "改时间",
        "打开",
        "查看详情",
        "取消转运通知",
    ),
    *("接单", "派车", "确认派车", "重填", "车已到", "撤回车辆", "退回", "接手", "重新填写"),
    *("中止", "确认中止"),
)
WHO = ("li.fang", "wang.qiang", "he.diaodu")


ANSWERS = {
    "请回复接车地址": "前埔南小区北门",
    "接车时间": "10:30",
    "车辆信息": CAR,
    "车牌、车型": CAR,
    "原因": "今日车辆已满",
}


def gesture(road: Road, chance: Random) -> None:
    """Something somebody can do now: a live button, a submit, the answer to a question, any word, an old button."""
    street = road.street
    hand = street.phone(chance.choice(WHO))
    live = [label for label in LABELS if hand.live(label)]
    chat = [entry.text() for entry in street.sandbox.chat(hand.userid)][-3:]
    asked = [answer for question, answer in ANSWERS.items() if any(question in said for said in chat)]
    kind = chance.random()
    if kind < 0.03 and road.states()[-1:] in (["assigned"], ["boarding"]):
        riders = [name for name, state in road.riders().items() if state == "listed"]
        with suppress(Refused, trip.No, ValueError):  # a car of another class, or none that stands
            if riders and any(state == "assigned" for _, state in road.cars()):
                road.boards(chance.choice(riders))
        return
    if kind < 0.45 and live:
        hand.taps(chance.choice([label for label in live if label.startswith(("确认", "接单", "派车"))] or live))
    elif kind < 0.6 and any(hand.live(label) for label in ("下一步", "下一页", "确定")):
        hand.submits()
    elif kind < 0.8 and asked:
        hand.says(chance.choice(asked))
    elif kind < 0.9:
        hand.says(chance.choice(WORDS)) if chance.random() < 0.5 or not live else hand.taps(chance.choice(live))
    else:
        mine = [str(one.card) for one in street.counter.dealt if one.user == hand.userid]
        if ever := [label for label in LABELS if any(f"'text': '{label}'" in card for card in mine)]:
            hand.presses_old(chance.choice(ever))


def walk(kind: str, seed: int, steps: int) -> None:
    """A street on which this chance decides; the books are looked at every ten gestures and at the end."""
    with tempfile.TemporaryDirectory() as folder:
        for url in databases.fresh(kind, Path(folder)):
            with closing(Street(url, Path(folder))) as street:
                road, chance = Road(street), Random(seed)
                road.family(2)
                road.family(1, first=2, 人员类别="次密接", 详细地址="前埔南小区7栋101室")
                street.phone("li.fang").says("通知转运")
                for step in range(steps):
                    gesture(road, chance)
                    if step % 10 == 9:
                        assert books.broken(street) == [], (seed, step)
                assert books.broken(street) == [], seed


@pytest.mark.parametrize("seed", range(4))
def test_eighty_gestures_leave_every_book_sound(seed: int) -> None:
    walk("sqlite", seed, 80)


@pytest.mark.slow
@pytest.mark.parametrize("kind", databases.KINDS)
@pytest.mark.parametrize("seed", range(100, 115))
def test_three_hundred_gestures_leave_every_book_sound(kind: str, seed: int) -> None:
    walk(kind, seed, 300)
