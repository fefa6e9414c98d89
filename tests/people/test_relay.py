"""交接: the new holder has to say that they know; if they do not, they are asked again, then the lead hears of it."""

from collections.abc import Mapping
from types import MappingProxyType

import pytest

from bot import intake
from bot.demo import people
from tests.people import hands
from tests.scenarios import lists
from tests.verification import books
from tests.verification.hand import Hand
from tests.verification.street import Street


@pytest.fixture
def given(street: Street, li: Hand, wang: Hand) -> Street:
    """李芳 has gone home; what she had lies with 王强, who has not said that he knows."""
    street.list_arrives(lists.csv(lists.person()))
    hands.takes(street, "li.fang", "王建明")
    li.says("下班")
    wang.hears()
    return street


def test_silence_is_asked_about_again_then_told_to_the_lead_then_to_the_cdc(
    given: Street, wang: Hand, lin: Hand, zheng: Hand
) -> None:
    given.waits(minutes=16)
    assert "交接给您 1 项，请确认" in wang.hears()
    given.waits(minutes=15)
    assert "前埔南社区交给王强的 1 项还没有确认接班" in lin.hears()
    assert "还没有确认接班" not in zheng.hears()
    given.waits(minutes=90)
    assert "前埔南社区交给王强的 1 项还没有确认接班" in zheng.hears()
    assert "已确认接班" in wang.taps("确认接班")


def test_what_has_been_done_need_not_be_acknowledged(given: Street, wang: Hand, lin: Hand) -> None:
    wang.feeds_back(5, card="王*明")
    given.waits(minutes=40)
    assert "请确认" not in wang.hears()
    assert "还没有确认接班" not in lin.hears()
    assert wang.live("确认接班") == []
    assert "都已办结或另有人办理，没有改动" in wang.presses_old("确认接班")


def test_an_acknowledged_hand_over_is_not_asked_about_again(given: Street, wang: Hand, lin: Hand) -> None:
    wang.taps("确认接班")
    lin.hears()
    given.waits(hours=1)
    assert "确认接班" not in wang.hears()
    assert "还没有确认接班" not in lin.hears()


def test_a_second_press_and_a_strangers_press_change_nothing(given: Street, wang: Hand, li: Hand) -> None:
    card, key = wang.dealt("确认接班")
    before = books.deeds(given)
    li.hears()
    given.forges("li.fang", card, key)
    assert "失效" in li.hears()
    wang.taps("确认接班")
    assert "已由王强确认，没有改动" in wang.presses_old("确认接班")
    assert books.deeds(given) == before


def test_the_items_of_a_removed_member_never_vanish(street: Street, li: Hand, wang: Hand, lin: Hand) -> None:
    street.list_arrives(lists.csv(*lists.people(2)))
    hands.takes(street, "li.fang", "王建明", "林秀英")
    wang.hears()
    without(street, "li.fang")
    assert hands.holders(street) == {"王建明": ["wang.qiang"], "林秀英": ["wang.qiang"]}
    assert "交接给您 2 项，请确认" in wang.hears()
    without(street, "li.fang", "wang.qiang")
    assert hands.holders(street) == {"王建明": ["lin.shuji"], "林秀英": ["lin.shuji"]}
    assert "无人在岗：2 项待安排" in lin.hears()
    without(street)
    assert hands.holders(street)["王建明"] == ["li.fang"], "they are back, and one of them has it again"


def test_what_nobody_has_taken_is_the_leads_at_once_when_all_are_removed_then_the_cdcs(
    street: Street, li: Hand, lin: Hand, zheng: Hand
) -> None:
    street.list_arrives(lists.csv(*lists.people(2)))
    without(street, "li.fang", "wang.qiang")
    told = lin.hears()
    assert "前埔南社区现在没有在岗人员，还有 2 人待核实（超时 0 人）" in told
    assert (told.count("没有在岗人员"), told.count("无人在岗")) == (1, 0)
    without(street)
    hands.takes(street, "li.fang", "王建明")
    without(street, "li.fang", "wang.qiang")
    assert "无人在岗：1 项待安排" in lin.hears()
    street.waits(minutes=31)
    assert "前埔南社区交给林书记的 1 项还没有确认接班" in zheng.hears()
    assert "1 项仍待安排" in lin.taps("已知悉")


def without(street: Street, *gone: str, roles: Mapping[str, str] = MappingProxyType({})) -> None:
    """The directory comes again, without these members, and with other roles for some."""
    folder = street.folder / "directory"
    folder.mkdir(exist_ok=True)
    for name in ("areas.csv", "staff.csv", "hotels.csv"):
        rows = [row.split(",") for row in (people.FOLDER / name).read_text(encoding="utf-8").splitlines()]
        kept = [[*row[:2], roles.get(row[0], row[2]), *row[3:]] for row in rows if row[0] not in gone]
        (folder / name).write_text("\n".join(",".join(row) for row in kept) + "\n", encoding="utf-8")
    intake.directory(street.core, folder)
    street.settle()
