"""What happens in the same second: one band on two buses, the last seat, a cancellation and the first boarding."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from bot.state import notice
from bot.state.machine import Refused
from bot.turn import Event, Kind
from tests.boarding.stop import Stop, Wearer
from tests.verification.hand import Hand


def at_once(*deeds: Callable[[], str]) -> list[str]:
    """Do these in threads that start together; what each answered."""
    barrier = Barrier(len(deeds))

    def run(deed: Callable[[], str]) -> str:
        barrier.wait(10)
        return deed()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def scan(stop: Stop, user: str, who: Wearer) -> Callable[[], str]:
    """A scan that goes straight to the desk."""
    event = Event(f"evt:{user}{who.short}", Kind.SCAN, stop.street.now(), user, text=who.code, replyable=True)
    return lambda: stop.street.desk.handle(event).text


def two_buses(stop: Stop, many: int) -> list[Wearer]:
    """苏护送 at one vehicle, 周护送 at another of the same notice."""
    people = stop.people(many)
    row = stop.notice(people)
    stop.vehicle(row, "闽D·演001")
    stop.vehicle(row, "闽D·演002")
    stop.opens("su.husong", "闽D·演001")
    stop.opens("zhou.husong", "闽D·演002")
    return people


def test_one_band_on_two_buses_boards_one_of_them(stop: Stop, su: Hand, zhou: Hand) -> None:
    for who in two_buses(stop, 6):
        said = at_once(scan(stop, "su.husong", who), scan(stop, "zhou.husong", who))
        assert sorted(one[0] == "✓" for one in said) == [False, True], said
        assert any("没有重复登记" in one for one in said)
    assert len(stop.boardings()) == 6


def test_the_same_scan_delivered_at_once_by_four_is_one(stop: Stop, su: Hand) -> None:
    who = two_buses(stop, 1)[0]
    said = at_once(*[scan(stop, "su.husong", who)] * 4)
    assert len({*said}) == 1
    assert len(stop.boardings()) == 1


def test_the_last_seat_is_taken_once(stop: Stop, su: Hand, zhou: Hand) -> None:
    people = stop.people(4)
    stop.vehicle(stop.notice(people), room=2)
    stop.opens("su.husong")
    stop.opens("zhou.husong")
    stop.scans("su.husong", people[0].code)
    said = at_once(scan(stop, "su.husong", people[1]), scan(stop, "zhou.husong", people[2]))
    assert sorted(one[0] for one in said) == ["✓", "✗"]
    assert len(stop.boardings()) == 2


def test_a_cancellation_and_the_first_boarding_are_one_or_the_other(stop: Stop, su: Hand) -> None:
    for _ in range(4):
        (who,) = stop.people(1)
        row = stop.notice([who])
        plate = f"闽D·演{row.number:03}"
        stop.vehicle(row, plate)
        stop.opens(plate=plate)

        def cancel(the_id: str = row.id) -> str:
            try:
                stop.does(lambda tx: notice.call_off(tx, notice.noun.load(tx, the_id, lock=True), "cancelled", "改期"))
            except Refused:
                return "✗"
            return "✓"

        said = at_once(scan(stop, "su.husong", who), cancel)
        assert sorted(one[0] for one in said) == ["✓", "✗"], said
        ended = ("boarding", "aboard") if said[0][0] == "✓" else ("cancelled", "issued")
        assert (stop.notice_state(row), stop.state(who)) == ended
