"""Who may do what, where: the whole table, generated, so that a right nobody meant to give cannot slip in."""

import itertools

import pytest

from bot.state.machine import Refused
from bot.state.permission import TABLE, Action, can, require
from bot.state.staff import Grant, Role, Staff

DISTRICT = "/3502/350203/350203010/"
PLACES = {
    "own": DISTRICT,
    "child": DISTRICT + "350203010034/",
    "sibling": "/3502/350203/350203011/",
    "sibling whose code begins alike": "/3502/350203/3502030101/",
    "parent": "/3502/350203/",
    "other district": "/3502/350211/350211002/",
    "hotel": "/h/LD01/",
}
REACHED = {"own", "child"}

COMMUNITY, LEAD, CDC, ADMIN = Role.COMMUNITY, Role.LEAD, Role.CDC, Role.ADMIN
MEANT = {
    Action.ASK_HELP: set(Role),
    Action.LIST_PENDING: {COMMUNITY, LEAD},
    Action.VERIFY: {COMMUNITY},
    Action.REVEAL_PHONE: {COMMUNITY},
    Action.TAKE_OVER: {COMMUNITY, LEAD},
    Action.REASSIGN: {COMMUNITY, LEAD},
    Action.ACCEPT_FORWARD: {COMMUNITY},
    Action.DO_OFFLINE_DUTY: {COMMUNITY},
    Action.IMPORT_LIST: {CDC, ADMIN},
    Action.ASSIGN_PLACE: {CDC},
    Action.RECEIVE_FEEDBACK: {CDC},
    Action.RETURN_FEEDBACK: {CDC},
    Action.RULE_FORWARD: {LEAD, CDC},
    Action.MERGE: {CDC},
    Action.RESOLVE_CONFLICT: {CDC},
    Action.BOARD: {Role.ESCORT},
    Action.SECOND_DEPARTURE: {Role.ESCORT, Role.DISPATCHER, COMMUNITY, LEAD},
    Action.RECEIVE_GUESTS: {Role.HOTEL},
    Action.ANSWER_HOTEL: {Role.ESCORT, Role.DISPATCHER},
    Action.RESEND_MANIFEST: {Role.DISPATCHER, LEAD, Role.ADMIN},
    Action.NOTIFY_TRANSPORT: {COMMUNITY},
    Action.FOLLOW_NOTICES: {COMMUNITY, LEAD},
    Action.ABORT_NOTICE: {COMMUNITY, LEAD, Role.DISPATCHER},
    Action.CANCEL_NOTICE: {COMMUNITY, LEAD},
    Action.DISPATCH: {Role.DISPATCHER},
    Action.ISSUE: {COMMUNITY},
    Action.CALL_ROLL: {COMMUNITY},
    Action.SEE_STOCK: {COMMUNITY, LEAD},
    Action.SUPPLEMENT: {COMMUNITY},
    Action.LIST_SUPPLEMENTS: {COMMUNITY, LEAD, CDC},
    Action.DECIDE_SUPPLEMENT: {CDC},
    Action.ASK_COMPANION: {COMMUNITY},
    Action.REASSIGN_MANY: {LEAD, CDC},
    Action.SEE_PROGRESS: {COMMUNITY, LEAD, CDC},
    Action.SEE_BELOW: {LEAD, CDC, ADMIN},
}


def member(*roles: Role, active: bool = True) -> Staff:
    """Somebody with these roles over one street."""
    return Staff("li.fang", "李芳", active, "", tuple(Grant(role, "350203010", DISTRICT) for role in roles))


def test_the_table_says_what_was_meant_and_knows_every_action() -> None:
    assert {action: set(roles) for action, roles in TABLE.items()} == MEANT
    assert set(TABLE) == set(Action)


@pytest.mark.parametrize(("role", "action"), list(itertools.product(Role, Action)))
def test_a_right_reaches_its_own_area_and_what_lies_under_it(role: Role, action: Action) -> None:
    who = member(role)
    allowed = {name for name, path in PLACES.items() if can(who, action, path)}
    assert allowed == (REACHED if role in MEANT[action] else set())
    assert can(who, action) is (role in MEANT[action])


@pytest.mark.parametrize("action", Action)
def test_an_inactive_member_may_do_nothing(action: Action) -> None:
    who = member(*Role, active=False)
    assert not any(can(who, action, path) for path in ("", *PLACES.values()))


@pytest.mark.parametrize("action", Action)
def test_nobody_without_a_grant_may_do_anything(action: Action) -> None:
    assert not any(can(member(), action, path) for path in ("", *PLACES.values()))


def test_rights_of_two_grants_do_not_mix() -> None:
    """Community here and CDC there is not CDC here."""
    here, there = PLACES["child"], PLACES["other district"]
    grants = (Grant(COMMUNITY, "350203010034", here), Grant(CDC, "350211002", there))
    who = Staff("zhao.lei", "赵磊", True, "", grants)
    assert can(who, Action.VERIFY, here)
    assert can(who, Action.RECEIVE_FEEDBACK, there)
    assert not can(who, Action.VERIFY, there)
    assert not can(who, Action.RECEIVE_FEEDBACK, here)


def test_a_refusal_says_the_same_for_not_yours_and_for_not_there() -> None:
    with pytest.raises(Refused) as not_mine:
        require(member(COMMUNITY), Action.VERIFY, PLACES["sibling"])
    with pytest.raises(Refused) as nowhere:
        require(member(COMMUNITY), Action.VERIFY, "/no/such/place/")
    assert (not_mine.value.words, not_mine.value.reason) == (nowhere.value.words, nowhere.value.reason)
    assert "没有改动" in not_mine.value.words


def test_roles_are_named_once_and_in_order() -> None:
    assert member(ADMIN, COMMUNITY, CDC, COMMUNITY).roles() == ("cdc", "community", "admin")
