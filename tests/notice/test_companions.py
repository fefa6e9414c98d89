"""Companions ride where those ride whom they care for (DOMAIN §2.2.9): one household, one class, one car, one 120."""

from bot.state import companionship
from bot.state.unit import Tx
from tests.notice.road import AREA, Road
from tests.verification import books
from tests.verification.hand import Hand
from tests.verification.street import Street


def agreed(street: Street, road: Road, companion: str, ward: str) -> None:
    """The CDC has agreed that one goes along with the other."""
    people = books.people(street)

    def request(tx: Tx) -> None:
        row = companionship.Companionship(
            tx.id(), "requested", 1, people[ward].id, people[companion].id, AREA, "", [], "li.fang", tx.now, tx.now
        )
        companionship.noun.insert(tx, row, "requested")

    road.arrival(request)
    road.arrival(lambda tx: companionship.noun.fire(tx, companionship.noun.where(tx)[0], "agreed"))


def test_a_companion_from_elsewhere_is_of_the_household_and_the_class_of_the_ward(
    road: Road, street: Street, li: Hand
) -> None:
    road.family(1)
    road.family(1, first=1, 人员类别="一般接触者", 详细地址="前埔南小区9栋303室")
    agreed(street, road, companion="林秀英", ward="王建明")
    li.says("通知转运")
    assert "1 前埔南小区** 王*明、林*英" in li.taps("新增")
    assert "密接 2，非密接 0" in li.submits()


def test_a_patient_and_their_companion_share_a_120(road: Road, street: Street, he: Hand) -> None:
    road.family(1, needs="ambulance")
    road.family(2, first=1)
    agreed(street, road, companion="林秀英", ward="王建明")
    said = road.taken()
    assert "· 密接 120：2 人（王*明等2人）" in said
    assert "· 密接车 7座：1 人（陈*华）" in said
    assert "还缺：密接1座，120:2座" in said
    he.taps("派车")
    assert "可坐 2 人" in he.says("闽D演120 120 2座 李师傅 14400000112 10:30")
    assert "还缺：密接1座" in he.taps("确认派车")
