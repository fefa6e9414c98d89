"""The CDC's lists (DOMAIN §2.1): 待分派 with candidates, contradictions kept or taken, nobody left without a place."""

import pytest

from tests.scenarios import lists
from tests.verification import books
from tests.verification.hand import Hand
from tests.verification.street import Street

NOWHERE = {"区": "", "街道": "", "社区": "何厝", "详细地址": "何厝村口旧厝12号"}


@pytest.fixture
def unplaced(street: Street, zheng: Hand) -> Hand:
    """何一帆 of 何厝, which there is twice, waits for a place."""
    street.list_arrives(lists.csv(lists.person("何一帆", "14400001012", **NOWHERE)))
    return zheng


def candidates(hand: Hand) -> list[str]:
    """What the newest card of 待分派 offered."""
    return [one["text"] for one in hand.dealt("提交", "在哪个社区")[0].card["checkbox"]["option_list"]]


def test_an_ambiguous_place_goes_to_the_cdc_with_every_candidate(street: Street, unplaced: Hand) -> None:
    assert "待分派 1 人" in unplaced.hears()
    said = unplaced.taps("待分派")
    assert "何*帆 在哪个社区" in said
    assert "何一帆" not in said
    found = candidates(unplaced)
    assert any("莲前" in one for one in found), found
    assert any("马巷" in one for one in found), found
    assert books.state(street, "何一帆") == "unplaced"


def test_the_chosen_community_gets_the_card(street: Street, unplaced: Hand) -> None:
    unplaced.says("待分派")
    chosen = next(one for one in candidates(unplaced) if "莲前" in one)
    unplaced.ticks(chosen, question="place")
    assert "已把 何*帆 分派给何厝社区，已保存并推送" in unplaced.submits()
    assert books.state(street, "何一帆") == "pending"
    assert books.tasks(street, "何一帆") == [("何厝社区", "open", "")]
    assert len(street.phone("zhao.lei").live("核实反馈")) == 1
    assert "没有待分派的人员" in unplaced.says("待分派")


def test_a_place_may_be_typed(street: Street, unplaced: Hand, li: Hand) -> None:
    unplaced.says("待分派")
    assert "没有找到这个社区" in unplaced.says("火星基地一号舱")
    unplaced.says("莲前街道前埔南社区")
    assert "前埔南社区" in candidates(unplaced)[0]
    unplaced.submits()
    assert books.tasks(street, "何一帆") == [("前埔南社区", "open", "")]
    assert len(li.live("核实反馈")) == 1


def test_a_skipped_person_still_waits(street: Street, unplaced: Hand) -> None:
    street.list_arrives(lists.csv(lists.person("周小舟", "14400001015", 区="", 街道="", 社区="", 详细地址="不详")))
    said = unplaced.says("待分派")
    if not unplaced.live("跳过"):
        unplaced.says("火星基地一号舱")
    unplaced.says("取消")
    assert "还剩 2 人" in said
    assert books.state(street, "何一帆") == "unplaced"


def test_the_last_one_skipped_is_not_called_done(street: Street, zheng: Hand) -> None:
    street.list_arrives(lists.csv(lists.person("周小舟", "14400001015", 区="", 街道="", 社区="", 详细地址="不详")))
    zheng.says("待分派")
    said = zheng.taps("跳过")
    assert "跳过的 1 人仍待分派" in said
    assert "周*舟" in zheng.says("待分派")


@pytest.mark.parametrize("word", ["返回", "取消"])
def test_it_can_be_put_down(street: Street, unplaced: Hand, word: str) -> None:
    unplaced.says("待分派")
    assert "先放下了，没有改动" in unplaced.says(word)
    assert "已过时" in unplaced.presses_old("提交", "在哪个社区")
    assert books.state(street, "何一帆") == "unplaced"


def test_two_of_the_cdc_place_somebody_once(street: Street, unplaced: Hand, xu: Hand) -> None:
    unplaced.says("待分派")
    xu.says("待分派")
    chosen = next(one for one in candidates(unplaced) if "莲前" in one)
    for hand in (unplaced, xu):
        hand.ticks(chosen, question="place")
    unplaced.submits()
    assert "已由同事分派，这次没有改动" in xu.submits()
    assert len(books.tasks(street, "何一帆")) == 1


def test_a_place_outside_the_own_jurisdiction_is_refused(street: Street, unplaced: Hand) -> None:
    unplaced.says("待分派")
    other = next(one for one in candidates(unplaced) if "马巷" in one)
    unplaced.ticks(other, question="place")
    assert "没有办理这条记录的权限" in unplaced.submits()
    assert books.state(street, "何一帆") == "unplaced"
    city = street.phone("ye.yi")
    city.says("待分派")
    city.ticks(other, question="place")
    assert "已保存并推送" in city.submits()


def test_being_listed_again_with_a_place_finds_the_home(street: Street, unplaced: Hand, li: Hand) -> None:
    street.list_arrives(lists.csv(lists.person("何一帆", "14400001012")))
    assert books.tasks(street, "何一帆") == [("前埔南社区", "open", "")]
    assert len(li.live("核实反馈")) == 1


# ── contradictions ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def contradicted(street: Street, zheng: Hand) -> Hand:
    """王建明 is listed twice, with two exposures and two addresses."""
    number = "350299198805120018"
    street.list_arrives(lists.csv(lists.person(证件号码=number)))
    again = {"证件号码": number, "末次暴露日期": "2022-03-17", "详细地址": "湖光花园5号楼602室"}
    street.list_arrives(lists.csv(lists.person(**again)))
    return zheng


def test_what_is_known_stays_until_the_cdc_decides(street: Street, contradicted: Hand) -> None:
    assert "名单不一致 2 处" in contradicted.hears()
    person = books.people(street)["王建明"]
    assert (str(person.last_exposure), person.address) == ("2022-03-15", lists.HOME["详细地址"])


def test_one_is_kept_and_one_is_taken_with_its_history(street: Street, contradicted: Hand) -> None:
    said = contradicted.taps("逐条核对")
    assert "还剩 2 处" in said
    assert "湖光花园5号楼602室" not in said
    first = "address" if "详细地址不一致" in said else "last_exposure"
    assert "还剩 1 处" in contradicted.taps("采用新名单")
    assert "没有待核对的不一致" in contradicted.taps("保留原记录")
    assert [line[0] for line in books.history(street)] == [first]
    person = books.people(street)["王建明"]
    taken = {"address": ("2022-03-15", "湖光花园5号楼602室"), "last_exposure": ("2022-03-17", lists.HOME["详细地址"])}
    assert (str(person.last_exposure), person.address) == taken[first]


def test_a_skipped_contradiction_still_waits(street: Street, contradicted: Hand, xu: Hand) -> None:
    contradicted.taps("逐条核对")
    contradicted.taps("跳过")
    assert "跳过的 2 处仍待核对" in contradicted.taps("跳过")
    assert "已过时" in contradicted.presses_old("采用新名单")
    assert "还剩 2 处" in xu.taps("逐条核对")
    assert books.history(street) == []
