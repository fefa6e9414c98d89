"""What a scan costs the database: at most 15 statements, the same with few and with many people on the list."""

from tests.boarding.stop import Stop
from tests.verification.hand import Hand
from tests.verification.test_statements import metered

MOST = 15
WITH_TALLY = 17  # every few seconds one scan also promises the tally and remembers that it did


def test_a_scan_takes_at_most_fifteen(stop: Stop, su: Hand) -> None:
    people = stop.people(12)
    stop.vehicle(stop.notice(people))
    stop.opens()
    with metered(stop.street) as spent:
        for who in people:
            stop.scans("su.husong", who.code)
            stop.street.clock.at -= stop.street.gesture  # as quickly as an escort scans
        stop.scans("su.husong", people[0].code)
    counts = spent["boarding", "scan", "scanned"]
    assert len(counts) == 13
    assert max(counts) <= WITH_TALLY
    assert sorted(counts)[len(counts) // 2] <= MOST, counts
