"""Who is known is never doubled (DOMAIN §2.4): linked, told of, and brought once however many bring them at once."""

import threading

import pytest
import sqlalchemy as sa

from bot.state import contact, supplement
from bot.turn import Answer, Event, Kind
from tests.scenarios import lists
from tests.supplements import family
from tests.supplements.family import GRANNY
from tests.verification import books
from tests.verification.hand import Hand
from tests.verification.street import Street


@pytest.mark.parametrize("by", ["证件号", "电话", "现住址"])
def test_whoever_is_on_the_list_is_linked_and_not_doubled(street: Street, li: Hand, by: str) -> None:
    known = lists.person("陈丽华", "14400001003", 证件号码="350299199003070025")
    street.list_arrives(lists.csv(lists.person(证件号码="350299198805120018"), known))
    before = len(books.people(street))
    said = {"证件号": "350299199003070025", "电话": "14400001003", "现住址": "前埔南小区 3栋 2单元 501室"}[by]
    li.says("补充")
    asked = li.says(f"姓名：陈丽华 关联人：王建明 关系：配偶 {by}：{said}")
    assert "陈*华 已在名单中（密接 待核实），不用补充" in asked
    assert "已与关联人关联（配偶）" in asked
    assert len(books.people(street)) == before
    (link,) = books.rows(street, sa.select(supplement.kinships))
    assert link.relation == "配偶"


def test_namesakes_with_other_documents_are_other_people(listed: Street, li: Hand) -> None:
    family.submits(li, family.paste(姓名="王建明", 证件号=GRANNY))
    assert len(family.rows(listed)) == 1, "one phone and one address serve a family"


def test_somebody_of_another_community_is_known_and_no_more_is_said_but_to_the_cdc(
    listed: Street, li: Hand, chen: Hand, zheng: Hand
) -> None:
    chen.says("补充")
    said = chen.says("姓名：王建明 证件号：350299198805120018")
    assert "已在名单中，没有重复登记" in said
    for secret in ("王", "前埔南", "密接", "待核实"):
        assert secret not in said, secret
    told = zheng.hears()
    assert "前埔北社区陈静补充的 王*明 已在前埔南社区名单中（密接）" in told
    assert family.rows(listed) == []


@pytest.mark.parametrize("asked", ["in one message", "field by field"])
def test_somebody_on_the_bus_already_is_not_supplemented(listed: Street, li: Hand, asked: str) -> None:
    aboard = contact.table.update().values(state="aboard")
    li.feeds_back(6, "接通后拒绝说明住址")
    listed.core.store.write(lambda conn: conn.execute(aboard))
    li.says("补充")
    if asked == "in one message":
        said = li.says("姓名：王建明 证件号：350299198805120018")
    else:
        li.says("王建明")
        said = li.says("350299198805120018")
    assert "王*明 已在名单中（密接 已上车），不用补充" in said
    assert li.live("保存") == []
    returned = contact.table.update().values(state="awaiting_offline")
    listed.core.store.write(lambda conn: conn.execute(returned))


@pytest.mark.parametrize("way", ["taps", "says"])
def test_two_workers_bring_the_same_person_and_one_supplement_stays(
    listed: Street, li: Hand, wang: Hand, way: str
) -> None:
    wang.says("补充")
    wang.says(family.paste())
    family.submits(li)
    said = getattr(wang, way)("保存")
    assert "王*宝 已由李芳" in said
    assert "没有重复登记" in said
    assert "王强也补充了 王*宝，只保留您提交的这一条" in li.hears()
    assert family.rows(listed) == [("undecided", "", "li.fang", "")]


def test_two_who_save_in_the_same_moment_bring_one_person_however_they_spell_the_name(
    listed: Street, li: Hand, wang: Hand
) -> None:
    li.says("补充")
    li.says(family.paste())
    wang.says("补充")
    wang.says(family.paste(姓名="王小保"))
    gate = threading.Barrier(2)
    said: list[Answer] = []

    def save(who: str) -> None:
        event = Event(f"evt:{who}", Kind.TEXT, listed.now(), who, text="保存", replyable=True)
        gate.wait(20)
        said.append(listed.desk.handle(event))

    both = [threading.Thread(target=save, args=(one.userid,)) for one in (li, wang)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert [answer.outcome for answer in said] == ["applied"] * 2
    listed.settle()
    assert len(family.rows(listed)) == 1
    heard = [li.hears(), wang.hears()] + [answer.text for answer in said]
    assert any("没有重复登记" in one for one in heard), "the second"
    assert any("只保留您提交的这一条" in one for one in heard), "the first"


def test_the_same_telephone_is_told_and_is_no_reason_to_stop(listed: Street, li: Hand) -> None:
    li.says("补充")
    assert "同一电话名单上还有 王*明" in li.says(f"姓名：陈阿英 证件号：{GRANNY} 电话：14400001001")
