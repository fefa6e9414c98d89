"""What waits climbs its ladder: holder, lead, CDC; each hears of it in one digest, and never of what has been done."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from bot import intake
from bot.scheduler import Scheduler
from bot.state import nudge, queue, staff, waiting
from tests.scenarios import lists
from tests.verification import books
from tests.verification.hand import Hand
from tests.verification.street import Street


def arrives(street: Street, *hands: Hand, count: int = 1) -> None:
    """A list has come, and what was said about it has been read."""
    street.list_arrives(lists.csv(*lists.people(count)))
    for hand in hands:
        hand.hears()


def touched(street: Street, name: str) -> None:
    """Somebody has made the first touch, while nothing of it can be said yet."""
    (task,) = books.task_ids(street, name)
    wait = waiting.table.c
    done = waiting.table.update().where(wait.ref == task, wait.step == "first_touch").values(ended_at=street.now())
    street.core.store.write(lambda conn: conn.execute(done))


def stays_at_home(li: Hand, door: str = "是", card: str = "") -> None:
    """A feedback 居家, with or without a door sensor."""
    li.calls("接通", card=card)
    li.fills_in(2, door=door)
    li.submits()
    li.taps("确认反馈")


def letter(street: Street, n: int) -> dict[str, object]:
    """A message to 李芳 that has to wait another minute for her pace."""
    cause = books.rows(street, sa.select(queue.inbox.c.id))[0].id
    now, later, keys = street.now(), street.now() + timedelta(minutes=2), street.core.keys
    return {
        "id": f"held{n}", "dedup": f"held{n}", "cause": cause, "kind": "text", "recipient": "li.fang",
        "priority": 5, "payload": keys.seal('{"text": "迟到的消息"}', "outbox", "payload", f"held{n}"),
        "not_before": later, "expires_at": now + timedelta(hours=1),
    }  # fmt: skip


def open_waits(street: Street) -> list[tuple[str, tuple[str, ...], bool]]:
    """(step, holders, whether its next time lies ahead) of everything that waits."""
    table = waiting.table
    wanted = sa.select(table.c.step, table.c.holders, table.c.at).where(table.c.ended_at.is_(None))
    rows = books.rows(street, wanted.order_by(table.c.step, table.c.ref))
    return [(row.step, tuple(row.holders), row.at > street.now()) for row in rows]


def test_a_task_nobody_touches_climbs_from_the_staff_to_the_lead_to_the_cdc(
    street: Street, li: Hand, wang: Hand, lin: Hand, zheng: Hand
) -> None:
    arrives(street, li, wang, lin, zheng)
    street.waits(minutes=16)
    for hand in (li, wang):
        assert "首次联系 1 项，最急剩" in hand.hears()
    assert "项" not in lin.hears()
    street.waits(minutes=15)
    assert "首次联系 1 项，最急超时" in li.hears()
    street.waits(minutes=30)
    heard = lin.hears()
    assert "下级超时：1 项" in heard
    assert "前埔南社区" in heard
    assert "项" not in zheng.hears()
    street.waits(minutes=92)
    assert "首次联系 1 项" in zheng.hears()


def test_a_reminder_stops_the_moment_the_thing_is_done(street: Street, li: Hand, wang: Hand, lin: Hand) -> None:
    arrives(street, li, wang, lin)
    stays_at_home(li)
    assert open_waits(street) == []
    street.waits(hours=3)
    assert "催办" not in li.hears() + wang.hears()
    assert "项" not in lin.hears()


def test_what_is_done_while_the_reminder_is_on_its_way_is_not_said(street: Street, li: Hand, wang: Hand) -> None:
    arrives(street, li, wang)
    street.clock.at = street.now().replace(minute=17)
    street.scheduler.fire_due()
    street.clock.at = street.now().replace(minute=18)
    assert street.scheduler.fire_due(), "the digest is drawn, and lies in the outbox"
    with street.core.store.read() as conn:
        drawn = conn.execute(sa.select(nudge.table.c.person).where(nudge.table.c.card.is_not(None))).all()
    assert {row.person for row in drawn} == {"li.fang", "wang.qiang"}
    touched(street, "王建明")
    street.settle()
    assert "催办" not in li.hears() + wang.hears()


def test_a_digest_is_drawn_anew_from_what_is_left(street: Street, li: Hand, wang: Hand) -> None:
    arrives(street, li, wang, count=2)
    street.clock.at = street.now().replace(minute=17)
    street.scheduler.fire_due()
    street.clock.at = street.now().replace(minute=18)
    street.scheduler.fire_due()
    touched(street, "王建明")
    street.settle()
    assert li.hears().count("催办：1 项") == 1


def test_many_things_are_one_card_for_each_person(street: Street, li: Hand, wang: Hand) -> None:
    arrives(street, li, wang, count=5)
    street.waits(minutes=16)
    assert li.hears().count("催办：5 项") == 1
    assert wang.hears().count("催办：5 项") == 1


def test_digests_never_come_at_the_full_or_half_hour(street: Street, li: Hand) -> None:
    arrives(street, li, count=3)
    for _ in range(12):
        street.waits(minutes=15)
    at = [row.at for row in books.rows(street, sa.select(nudge.table.c.at))]
    assert at
    assert {one.minute for one in at} & {0, 30} == set()


def test_the_holder_alone_is_reminded_of_what_they_have_taken(street: Street, li: Hand, wang: Hand) -> None:
    arrives(street, li, wang)
    li.taps("核实反馈")
    li.hears()
    street.waits(minutes=61)
    assert "核实反馈 1 项" in li.hears()
    assert "催办" not in wang.hears()


def test_where_nobody_is_left_the_lead_hears_of_it_instead(street: Street, li: Hand, wang: Hand, lin: Hand) -> None:
    arrives(street, li, wang, lin)
    gone = staff.table.update().where(staff.table.c.id.in_(["li.fang", "wang.qiang"])).values(active=False)
    street.core.store.write(lambda conn: conn.execute(gone))
    street.waits(minutes=16)
    heard = lin.hears()
    assert "无人在岗：1 项" in heard
    assert "前埔南社区" in heard


def test_who_leaves_between_the_rung_and_the_digest_leaves_nothing_unseen(
    street: Street, li: Hand, wang: Hand, lin: Hand
) -> None:
    arrives(street, li, wang, lin)
    street.clock.at = street.now().replace(minute=17)
    street.scheduler.fire_due()
    gone = staff.table.update().where(staff.table.c.id.in_(["li.fang", "wang.qiang"])).values(active=False)
    street.core.store.write(lambda conn: conn.execute(gone))
    street.settle()
    assert "无人在岗：1 项" in lin.hears()


def test_the_digests_buttons_open_the_list_and_the_most_urgent(street: Street, li: Hand) -> None:
    arrives(street, li, count=3)
    street.waits(minutes=16)
    li.hears()
    assert "待核实 3 人" in li.taps("待核实", "催办")
    assert "王*明" in li.taps("打开最急一项")
    assert "到时会再次提醒" in li.taps("知道了")


def test_a_lead_sees_what_lies_below(street: Street, lin: Hand) -> None:
    arrives(street, lin, count=3)
    street.waits(minutes=62)
    said = lin.taps("下级未完成")
    assert "下级未完成 6 项，超时 3 项" in said
    assert "前埔南社区：核实反馈 3，首次联系 3（超时 3）" in said


def test_two_schedulers_say_it_once(street: Street, li: Hand, wang: Hand) -> None:
    arrives(street, li, wang)
    other = Scheduler(street.core.store, street.core.keys, street.desk.handle, lambda: 0, street.clock)
    street.clock.at = street.now().replace(minute=17)
    for scheduler in (street.scheduler, other, street.scheduler):
        scheduler.fire_due()
    street.clock.at = street.now().replace(minute=18)
    for scheduler in (other, street.scheduler, other):
        scheduler.fire_due()
    street.settle()
    assert li.hears().count("催办") == wang.hears().count("催办") > 0
    assert len(books.rows(street, sa.select(nudge.table.c.id))) == 2


def test_whatever_happens_everything_open_has_a_next_time(street: Street, li: Hand, chen: Hand) -> None:
    arrives(street, li, count=3)
    li.feeds_back(5, card="王*明")
    stays_at_home(li, "否", card="林*英")
    assert [step for step, *_ in open_waits(street)] == ["door_sensor", "feedback", "first_touch", "offline_duty"]
    for minutes in (20, 45, 200, 1, 2000):
        street.waits(minutes=minutes)
        assert open_waits(street)
        assert all(ahead for *_, ahead in open_waits(street))


def test_the_morning_sums_up_once_a_day(street: Street, li: Hand, lin: Hand, zheng: Hand) -> None:
    arrives(street, li, lin, zheng, count=2)
    street.clock.at = datetime(2026, 11, 24, 0, 5, tzinfo=UTC)  # 08:05 in Shanghai
    street.scheduler.fire_due()
    street.settle()
    for hand in (li, lin, zheng):
        hand.hears()
    other = Scheduler(street.core.store, street.core.keys, street.desk.handle, lambda: 0, street.clock)
    for scheduler in (street.scheduler, other, street.scheduler):
        scheduler.begin_day()
    for _ in range(12):
        street.waits(minutes=1)
    assert li.hears().count("早报：4 项待办") == 1
    assert lin.hears().count("早报：4 项待办") == 1
    rows = books.rows(street, sa.select(nudge.table.c.person).where(nudge.table.c.why == "morning"))
    assert len(rows) == len({row.person for row in rows})


def test_the_morning_names_whose_isolation_at_home_ends(street: Street, li: Hand) -> None:
    street.list_arrives(lists.csv(lists.person()))
    stays_at_home(li)
    street.clock.at = datetime(2026, 11, 28, 0, 5, tzinfo=UTC)  # eight days after the exposure of the 20th: 5 + 3
    street.settle()
    li.hears()
    street.scheduler.begin_day()
    for _ in range(12):
        street.waits(minutes=1)
    assert "居家隔离 1 人，今日期满 1 人：王*明" in li.hears()


def test_a_digest_says_honestly_how_many_messages_wait_for_the_pace(street: Street, li: Hand) -> None:
    arrives(street, li)
    street.clock.at = street.now().replace(minute=17)
    street.scheduler.fire_due()
    held = queue.outbox.insert().values([letter(street, n) for n in range(3)])
    street.core.store.write(lambda conn: conn.execute(held))
    street.clock.at = street.now().replace(minute=18)
    street.scheduler.fire_due()
    street.settle()
    assert "条消息因限速在排队，稍后送达" in li.hears()


def test_the_end_of_a_shift_sums_up_what_is_left(street: Street, li: Hand, wang: Hand) -> None:
    roster = street.folder / "shifts.csv"
    roster.write_text(
        "账号,开始,结束\nli.fang,2026-11-23 08:00,2026-11-23 09:40\nwang.qiang,2026-11-23 08:00,2026-11-23 18:00\n",
        encoding="utf-8",
    )
    intake.shifts(street.core, roster)
    arrives(street, li, wang, count=2)
    street.waits(minutes=41)
    for _ in range(12):
        street.waits(minutes=1)
    assert "交班小结：4 项待办" in li.hears()
    assert "交班小结" not in wang.hears()
