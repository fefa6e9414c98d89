"""SQLite's one writer: whom somebody waits for goes first, nobody waits for ever, nobody is let in twice."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.state.store import Unavailable, _Gate, _Lanes


def until(true: Callable[[], bool]) -> None:
    """Give the other threads their time until something is so."""
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end, "it never came to that"
        threading.Event().wait(0.001)


def order(lanes: _Lanes, comers: list[tuple[str, bool]]) -> list[str]:
    """In which order these (name, hasty) get their turn, having come in the order given while the turn was taken."""
    passed: list[str] = []

    def come(name: str, hasty: bool) -> None:
        lanes.enter(hasty=hasty, patience=None)
        passed.append(name)
        lanes.leave()

    lanes.enter(hasty=False, patience=None)
    threads = []
    for count, (name, hasty) in enumerate(comers, 1):
        threads.append(threading.Thread(target=come, args=(name, hasty)))
        threads[-1].start()
        until(lambda count=count: sum(map(len, lanes._waiting.values())) == count)  # type: ignore[misc]
    lanes.leave()
    for thread in threads:
        thread.join()
    return passed


def test_a_tap_does_not_stand_behind_sixteen_letters() -> None:
    letters = [(f"letter {n}", False) for n in range(16)]
    assert order(_Lanes(), [*letters, ("tap", True)])[0] == "tap"


def test_within_a_lane_it_is_first_come_first_served() -> None:
    names = [f"tap {n}" for n in range(4)]
    assert order(_Lanes(), [(name, True) for name in names]) == names
    letters = [f"letter {n}" for n in range(6)]
    assert order(_Lanes(), [(name, False) for name in letters]) == letters


def test_letters_have_every_fifth_place_however_many_taps_come() -> None:
    taps = [(f"tap {n}", True) for n in range(10)]
    passed = order(_Lanes(), [("letter 0", False), ("letter 1", False), *taps])
    assert (passed.index("letter 0"), passed.index("letter 1")) == (4, 9)


def test_the_turn_is_free_again_when_nobody_waits() -> None:
    lanes = _Lanes()
    for hasty in (True, False, True):
        lanes.enter(hasty=hasty, patience=0)
        lanes.leave()


def test_whoever_gives_up_waiting_leaves_the_queue() -> None:
    lanes = _Lanes()
    lanes.enter(hasty=False, patience=None)
    with pytest.raises(Unavailable):
        lanes.enter(hasty=True, patience=0.001)
    lanes.leave()
    lanes.enter(hasty=False, patience=0)  # not handed to the one who left
    lanes.leave()


def test_never_are_two_inside(tmp_path: Path) -> None:
    gate, inside, most = _Gate(tmp_path / "lock"), 0, 0

    def come(patience: float | None) -> None:
        nonlocal inside, most
        for _ in range(40):
            with gate.held(patience):
                inside += 1
                most = max(most, inside)
                inside -= 1

    threads = [threading.Thread(target=come, args=(30.0 if n % 2 else None,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    gate.close()
    assert (inside, most) == (0, 1)


def test_an_error_inside_lets_the_next_one_in(tmp_path: Path) -> None:
    gate = _Gate(tmp_path / "lock")
    with pytest.raises(KeyError), gate.held(None):
        raise KeyError
    with gate.held(0.5):
        pass
    gate.close()


def test_a_transaction_inside_a_transaction_is_an_error_and_not_a_wait_without_end(tmp_path: Path) -> None:
    gate = _Gate(tmp_path / "lock")
    with gate.held(None), pytest.raises(RuntimeError, match="inside"), gate.held(None):
        raise AssertionError("let in twice")
    with gate.held(0.5):
        pass
    gate.close()
