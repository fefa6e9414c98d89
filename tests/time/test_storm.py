"""A storm: five thousand things come due in one second for two hundred people, and become two hundred digests."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.state import bulk, conversation, nudge, queue, staff, waiting
from bot.state.rules import day
from tests import databases
from tests.verification import books
from tests.verification.street import Street

PLACE = "/3502/350203/350203010/350203010034/"
PEOPLE, THINGS = 200, 5000


@pytest.mark.parametrize("database_url", databases.KINDS[:1], indirect=True)
def test_five_thousand_due_for_two_hundred_people_are_two_hundred_digests(street: Street) -> None:
    now = street.now()
    members = [
        {"id": f"m{n}", "name": f"组员{n}", "phone": b"", "active": True, "focus": "", "card_mode": "card"}
        for n in range(PEOPLE)
    ]
    began, due = now - timedelta(hours=1), now + timedelta(hours=1)
    rows = [
        {
            "step": "door_sensor", "ref": f"t{n}", "path": PLACE, "holders": [f"m{n % PEOPLE}"], "day": day(now),
            "began": began, "due": due, "rung": 0, "at": now, "stamp": 1, "told": 0,
        }
        for n in range(THINGS)
    ]  # fmt: skip
    street.core.store.write(lambda conn: bulk.insert(conn, staff.table, members))
    street.core.store.write(lambda conn: bulk.insert(conn, waiting.table, rows))
    assert street.scheduler.fire_due() == THINGS
    for _ in range(4):
        street.clock.at += timedelta(seconds=45)
        street.scheduler.fire_due()
    cards = books.rows(street, sa.select(conversation.cards.c.recipient))
    assert len(cards) == len({one.recipient for one in cards}) == PEOPLE
    told = books.rows(street, sa.select(sa.func.count()).where(nudge.table.c.told_at.is_not(None)))
    assert told[0][0] == THINGS
    undone = sa.update(queue.outbox).values(state="superseded", ended_at=now)  # these members have no phones
    street.core.store.write(lambda conn: conn.execute(undone))
    street.core.store.write(lambda conn: conn.execute(waiting.table.delete()))  # and nobody owes these things
