"""Who may not write, follow, cancel or dispatch: every other role and place, by every card that was once laid there."""

from collections.abc import Callable
from itertools import product

import pytest

from bot.state.permission import TABLE, Action
from bot.state.staff import Role
from tests.notice.road import CAR, Road
from tests.verification import books
from tests.verification.street import Street

PLACES = {
    "own": "/3502/350203/350203010/350203010034/",
    "street": "/3502/350203/350203010/",
    "sibling": "/3502/350203/350203010/350203010023/",
    "other district": "/3502/350211/350211002/350211002002/",
}
REACHING = {"own", "street"}


def reviewed(road: Road) -> None:
    road.family(1)
    road.draft()


def sent(road: Road) -> None:
    road.family(1)
    road.sent()


def cancelling(road: Road) -> None:
    sent(road)
    road.street.phone("li.fang").taps("取消转运通知")


def with_car(road: Road) -> None:
    road.family(1)
    road.with_car()


def choosing(road: Road) -> None:
    road.family(1)
    road.taken()
    road.street.phone("he.diaodu").taps("派车")


def returning(road: Road) -> None:
    sent(road)
    road.street.phone("he.diaodu").taps("退回")


WAYS: list[tuple[Action, Callable[[Road], None], str, str, str]] = [
    (Action.NOTIFY_TRANSPORT, reviewed, "li.fang", "确认通知", ""),
    (Action.NOTIFY_TRANSPORT, reviewed, "li.fang", "改人员", ""),
    (Action.FOLLOW_NOTICES, sent, "li.fang", "查看详情", ""),
    (Action.CANCEL_NOTICE, sent, "li.fang", "取消转运通知", ""),
    (Action.CANCEL_NOTICE, cancelling, "li.fang", "", "人员改由家属送达"),
    (Action.DISPATCH, sent, "he.diaodu", "接单", ""),
    (Action.DISPATCH, sent, "he.diaodu", "退回", ""),
    (Action.DISPATCH, returning, "he.diaodu", "", "今日车辆已满"),
    (Action.DISPATCH, with_car, "he.diaodu", "派车", ""),
    (Action.DISPATCH, with_car, "he.diaodu", "车已到", ""),
    (Action.DISPATCH, with_car, "he.diaodu", "撤回车辆", ""),
    (Action.DISPATCH, choosing, "he.diaodu", "", CAR),
]


@pytest.mark.parametrize(("action", "so_far", "who", "label", "words"), WAYS)
def test_whoever_has_no_right_there_changes_nothing(
    road: Road, street: Street, action: Action, so_far: Callable[[Road], None], who: str, label: str, words: str
) -> None:
    so_far(road)
    hand = street.phone(who)
    dealt = hand.dealt(label) if label else None
    chosen = [one["id"] for one in dealt[0].card.get("button_selection", {}).get("option_list", [])] if dealt else []
    before = books.deeds(street)
    for role, (place, path) in product(Role, PLACES.items()):
        if role in TABLE[action] and place in REACHING:
            continue
        road.becomes(who, role, path)
        if dealt:
            said = street.forges(who, *dealt, {"car": chosen[:1]})
            assert said.outcome == "refused", (role, place)
        else:
            hand.says(words)
        assert books.deeds(street) == before, (role, place)
