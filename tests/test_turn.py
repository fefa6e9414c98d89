"""What a turn hands over: behind the answers members wait for, unless a member waits for it too."""

from pathlib import Path

import sqlalchemy as sa

from bot import app, intake
from bot.bench import bed, people, traffic
from bot.bench.bed import City
from bot.state import queue
from bot.state.queue import Priority
from bot.web import webhook
from integrations.wecom import callback


def priorities(city: City) -> list[int]:
    """The priorities of the hand-overs that wait, in the order they were posted."""
    wanted = sa.select(queue.outbox.c.priority).where(queue.outbox.c.kind == "start").order_by(queue.outbox.c.seq)
    with city.core.store.read() as conn:
        return list(conn.execute(wanted).scalars())


def test_a_list_does_not_hand_over_before_the_answers_members_wait_for(database_url: str, tmp_path: Path) -> None:
    """Each community of a list was told at the priority of an answer: answers came after all of them."""
    city = City(database_url, app.core(database_url, bed.SECRET, bed.RULES))
    intake.directory(city.core, people.write_directory(tmp_path / "directory"))
    intake.contacts(city.core, people.write_csv(tmp_path / "list.csv", 260))
    told = priorities(city)
    assert (len(told), set(told)) == (256, {Priority.TASK})

    worker = people.communities()[0].workers[0]
    (ref,) = traffic.hand_out(city, [worker], 1)[worker]
    _, xml = next(traffic.deeds(city, worker, ref))
    city.core.runner.handle(webhook.as_event(callback.parse(xml.encode())))
    assert set(priorities(city)[len(told) :]) == {Priority.ANSWER}
    city.core.store.close()
