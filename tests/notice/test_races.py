"""Two at once, in threads, on both engines: cancel and first boarding; two dispatchers; one person, two notices."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

from bot.state import notice
from bot.turn import Event, Kind
from tests.notice.road import Road
from tests.verification import books
from tests.verification.hand import Hand
from tests.verification.street import Dealt, Street


def at_once(*deeds: Callable[[], object]) -> list[Exception]:
    """Do all of it in the same moment; what was raised."""
    start, raised = Barrier(len(deeds)), list[Exception]()

    def run(deed: Callable[[], object]) -> None:
        start.wait()
        try:
            deed()
        except Exception as error:
            raised.append(error)

    threads = [Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def press(street: Street, who: str, dealt: tuple[Dealt, str]) -> Callable[[], object]:
    """A tap that goes straight to the desk."""
    card, key = dealt
    event = Event(f"race:{who}", Kind.TAP, street.now(), who, key=key, task_id=card.task_id)
    return lambda: street.desk.handle(event)


@pytest.mark.parametrize("attempt", range(3))
def test_cancel_and_the_first_boarding_in_the_same_second(road: Road, street: Street, li: Hand, attempt: int) -> None:
    road.family(2)
    road.with_car()
    li.taps("取消转运通知")
    why = Event("race:why", Kind.TEXT, street.now(), "li.fang", text="人员改由家属送达")
    lost = at_once(lambda: street.desk.handle(why), lambda: road.boards("王建明"))
    street.settle()
    cancelled = road.states() == ["cancelled"]
    assert len(lost) == int(cancelled), "whoever came second was refused"
    assert road.states() == (["cancelled"] if cancelled else ["boarding"])
    assert road.contacts()["王建明"] == ("awaiting_transport" if cancelled else "aboard")
    assert road.contacts()["林秀英"] == ("awaiting_transport" if cancelled else "listed")


def test_two_of_the_group_take_the_same_order(road: Road, street: Street, he: Hand, ye: Hand) -> None:
    road.family(1)
    road.sent()
    takes = [press(street, hand.userid, hand.dealt("接单")) for hand in (he, ye)]
    assert at_once(*takes) == []
    street.settle()
    assert road.states() == ["taken"]
    said = [he.hears(), ye.hears()]
    assert sum("已接单：前埔南社区 第1单，已保存" in words for words in said) == 1
    assert sum("已接单，这次没有改动" in words for words in said) == 1


def test_two_colleagues_list_the_same_person_in_the_same_second(
    road: Road, street: Street, li: Hand, wang: Hand
) -> None:
    road.family(1)
    road.draft()
    wang.says("通知转运")
    wang.taps("新增")
    wang.submits()
    wang.says("前埔南小区东门")
    wang.says("10:30")
    confirms = [press(street, hand.userid, hand.dealt("确认通知")) for hand in (li, wang)]
    assert at_once(*confirms) == []
    street.settle()
    assert road.states() == ["sent"]
    assert road.riders() == {"王建明": "listed"}


def test_a_person_stands_on_one_open_notice_by_the_law_of_the_database(road: Road, street: Street) -> None:
    road.family(1)
    road.sent()
    table = notice.people_table
    (place,) = books.rows(street, sa.select(table))
    again = dict(place._mapping) | {"id": "another"}
    with pytest.raises(sa.exc.IntegrityError), street.core.store.engine.begin() as conn:
        conn.execute(table.insert().values(again))
