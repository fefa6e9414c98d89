"""Minutes of the wall's clock under two schedulers and four senders that are killed at random: none lost, none doubled.

How long is told by SOAK_SECONDS, ten minutes unless told; `make soak` runs it alone.
"""

import os
import random
import re
import time
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot import config, ladder
from bot.ladder import To
from bot.state import nudge, queue, rules, waiting
from bot.state.waiting import Wait
from integrations.wecom.sandbox.phone import Phone
from tests import invariants
from tests.faults.labour import Labour
from tests.faults.office import Office, a_list, sandbox

SECONDS = float(os.environ.get("SOAK_SECONDS", "600"))
PEOPLE = 40
WORKERS = ("li.fang", "wang.qiang")
POSTS: Mapping[str, To] = {
    "li.fang": To.HOLDER, "wang.qiang": To.HOLDER, "lin.shuji": To.LEAD, "xu.yi": To.CDC, "zheng.yi": To.CDC,
}  # fmt: skip
QUICK = {"first_touch": "20s", "feedback": "60s", "offline_duty": "20s", "lead_after": "10s", "cdc_after": "25s"}


def quick_pack(folder: Path) -> Path:
    """二十条 with seconds instead of hours."""
    text = (config.HERE / "rules" / "2022-11-11-20.toml").read_text(encoding="utf-8")
    for key, span in QUICK.items():
        text = re.sub(rf'^{key} = ".*"$', f'{key} = "{span}"', text, flags=re.MULTILINE)
    folder.mkdir()
    (folder / "quick.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.slow
def test_ten_minutes_of_killing_double_no_reminder_and_lose_none(database_url: str, tmp_path: Path) -> None:
    pack = quick_pack(tmp_path / "rules")
    office = Office(database_url, wall=True, rules=pack)
    office.opens()
    with sandbox(office) as wecom:
        office.sender.drain()
        with Labour(database_url, wecom.url, pack) as labour:
            goes_on(office, tmp_path)
        under_fire = len(rows(office, sa.select(nudge.table.c.id).where(nudge.table.c.card.is_not(None))))
        assert labour.killed > SECONDS / 20
        assert under_fire > SECONDS / 20, "the reminders were told while people were killed"
        judge(office, wecom.url, finish(office))
        assert wecom.world.book.dropped == {}
    invariants.check(office.store)
    office.close()


def goes_on(office: Office, folder: Path) -> None:
    """A list, and now and then somebody of it is taken; others wait to the end."""
    chance, end = random.Random(7), time.monotonic() + SECONDS
    office.list_arrives(folder, a_list(PEOPLE))
    while time.monotonic() < end:
        time.sleep(chance.uniform(0, SECONDS / PEOPLE))
        worker = chance.choice(WORKERS)
        if office.has(worker, "核实反馈") and chance.random() < 0.5:
            office.taps(worker, "核实反馈")


def finish(office: Office) -> datetime:
    """Nobody is killed any more: leases run out, and what those who died have left is done by one who lives.

    Until when all has been said: the wall's clock does not stand still while it is judged.
    """
    office.store.write(lambda conn: conn.execute(queue.tokens.update().values(lease_until=None)))
    for _ in range(8):
        office.clock.moves(seconds=35)
        until = office.clock()
        office.settle()
    return until


def judge(office: Office, wecom: str, until: datetime) -> None:
    """Each rung that came has told each of those it must, and nobody more often than there were rungs."""
    packs, told = office.runner.rules, rows(office, sa.select(nudge.table))
    by_wait: dict[tuple[str, str], list[Any]] = {}
    for one in told:
        by_wait.setdefault((one.step, one.ref), []).append(one)
    open_waits = [
        Wait(**{name: getattr(row, name) for name in Wait.__dataclass_fields__})
        for row in rows(office, sa.select(waiting.table).where(waiting.table.c.ended_at.is_(None)))
    ]
    assert len(open_waits) > PEOPLE / 2
    for wait in open_waits:
        said = [one for one in by_wait.get((wait.step, wait.ref), []) if one.stamp == wait.stamp]
        of_wait(packs, wait, said)
    shown = cards_shown(wecom)
    standing = {(wait.step, wait.ref, wait.stamp) for wait in open_waits}
    for one in told:
        if one.told_at is None:
            assert one.at > until, f"{one} was forgotten"
            continue
        seen = shown[one.card or ""]
        assert seen <= 1, f"{one.card} lies {seen} times on a phone"
        if (one.step, one.ref, one.stamp) in standing:
            assert seen == 1, f"{one.person} never heard of {one.step} {one.ref}: {one.card}"


def of_wait(packs: rules.Rules, wait: Wait, said: list[Any]) -> None:
    """The reminders of one step that still waits, against its ladder."""
    rungs = ladder.of(packs, wait)
    assert {one.n for one in said} == {*range(1, wait.told + 1)}, "each sweep that climbed left what it had to say"
    for number in range(wait.rung):
        for post in rungs.to(number):
            heard = {one.person for one in said if POSTS[one.person] is post and one.at >= rungs.at(number)}
            posted = {person for person, place in POSTS.items() if place is post}
            assert heard == posted if post is not To.HOLDER else heard, (wait, number, post)
    for person, times in Counter(one.person for one in said).items():
        assert times <= sum(POSTS[person] in rungs.to(number) for number in range(wait.rung)), (wait, person, times)


def cards_shown(wecom: str) -> Counter[str]:
    """How often each card lies on a phone."""
    return Counter(
        message["task_id"]
        for person in POSTS
        for message in Phone(wecom, person).messages()
        if message["side"] == "bot" and message.get("task_id")
    )


def rows(office: Office, statement: sa.Executable) -> list[Any]:
    """Every row."""
    with office.store.read() as conn:
        return list(conn.execute(statement))
