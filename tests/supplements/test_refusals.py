"""Who may not, may not: every right of a supplement, every role, near and far; whoever has the right is not refused."""

from collections.abc import Callable

import pytest

from bot.state.permission import Action
from bot.state.staff import Role
from tests.supplements import family
from tests.verification import books, test_refusals
from tests.verification.street import Street
from tests.verification.test_refusals import HERE, Way, comes, moves_to, strangers

A = Action
CARES = {"是否陪护": "是", "陪护谁": "王建明", "陪护原因": "无自理能力", "基础疾病": "无"}


def fed_back(street: Street) -> None:
    """王建明 has been fed back: the receipt bears 补充同住人员 and 陪护申请."""
    street.phone("li.fang").feeds_back(6, "接通后拒绝说明住址")


def submitted(street: Street) -> None:
    """The grandmother waits, and would accompany."""
    family.submits(street.phone("li.fang"), family.granny(**CARES))


def returning(street: Street) -> None:
    """The CDC is asked why."""
    submitted(street)
    street.phone("zheng.yi").taps("退回补充")


SO_FAR: dict[str, Callable[[Street], object]] = {"fed back": fed_back, "submitted": submitted, "returning": returning}
WAYS = [
    Way(A.SUPPLEMENT, "fed back", "li.fang", label="补充同住人员"),
    Way(A.ASK_COMPANION, "fed back", "li.fang", label="陪护申请"),
    Way(A.SUPPLEMENT, "submitted", "li.fang", label="更正", text="待判定"),
    Way(A.SUPPLEMENT, "submitted", "li.fang", label="撤回", text="待判定"),
    Way(A.DECIDE_SUPPLEMENT, "submitted", "zheng.yi", label="同意陪护"),
    Way(A.DECIDE_SUPPLEMENT, "submitted", "zheng.yi", label="不纳入"),
    Way(A.DECIDE_SUPPLEMENT, "submitted", "zheng.yi", label="退回补充"),
    Way(A.DECIDE_SUPPLEMENT, "returning", "zheng.yi", words="请补证件号码"),
    Way(A.DECIDE_SUPPLEMENT, "returning", "zheng.yi", words="取消"),
]


@pytest.mark.parametrize("so_far", SO_FAR)
def test_whoever_has_not_the_right_here_and_now_is_refused_without_a_trace(listed: Street, so_far: str) -> None:
    SO_FAR[so_far](listed)
    before = books.deeds(listed)
    for way in (way for way in WAYS if way.so_far == so_far):
        for role, where in strangers(way.action):
            moves_to(listed, way.who, role, HERE[where])
            assert comes(listed, way) == "refused", (way, role, where)
            assert books.deeds(listed) == before, (way, role, where)
        moves_to(listed, way.who, test_refusals.ROLES[way.who], test_refusals.HANDS[way.who])


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_whoever_has_the_right_is_not_refused(listed: Street, way: Way) -> None:
    SO_FAR[way.so_far](listed)
    assert comes(listed, way) == "applied"


def test_by_word_only_the_community_supplements(listed: Street) -> None:
    for role in set(Role) - {Role.COMMUNITY}:
        moves_to(listed, "su.husong", role, "3502")
        said = listed.phone("su.husong").says("补充")
        assert "请回复姓名" not in said, role
        assert "没有改动" in said, role
