"""Who may do what, where: one table, one question — `can(actor, action, path)`.

Law: what is not in the table is forbidden; a grant reaches its own area and everything under it, never a sibling and
never a parent; an inactive member may do nothing. Tests walk every role × action × place (RELIABILITY §4.2).
"""

from enum import StrEnum

from bot.state.machine import Refused
from bot.state.staff import Role, Staff


class Action(StrEnum):
    """What people do here, one word each."""

    ASK_HELP = "ask_help"
    LIST_PENDING = "list_pending"
    VERIFY = "verify"
    REVEAL_PHONE = "reveal_phone"
    TAKE_OVER = "take_over"
    REASSIGN = "reassign"
    ACCEPT_FORWARD = "accept_forward"
    DO_OFFLINE_DUTY = "do_offline_duty"
    IMPORT_LIST = "import_list"
    ASSIGN_PLACE = "assign_place"
    RECEIVE_FEEDBACK = "receive_feedback"
    RETURN_FEEDBACK = "return_feedback"
    RULE_FORWARD = "rule_forward"
    MERGE = "merge"
    RESOLVE_CONFLICT = "resolve_conflict"
    NOTIFY_TRANSPORT = "notify_transport"
    FOLLOW_NOTICES = "follow_notices"
    CANCEL_NOTICE = "cancel_notice"
    ABORT_NOTICE = "abort_notice"
    DISPATCH = "dispatch"
    ISSUE = "issue"
    CALL_ROLL = "call_roll"
    SEE_STOCK = "see_stock"
    SUPPLEMENT = "supplement"
    LIST_SUPPLEMENTS = "list_supplements"
    DECIDE_SUPPLEMENT = "decide_supplement"
    ASK_COMPANION = "ask_companion"
    BOARD = "board"
    SECOND_DEPARTURE = "second_departure"
    RECEIVE_GUESTS = "receive_guests"
    ANSWER_HOTEL = "answer_hotel"
    RESEND_MANIFEST = "resend_manifest"
    REASSIGN_MANY = "reassign_many"
    SEE_PROGRESS = "see_progress"
    SEE_BELOW = "see_below"


_COMMUNITY = frozenset({Role.COMMUNITY})
_CDC = frozenset({Role.CDC})
_ANY = frozenset(Role)

TABLE: dict[Action, frozenset[Role]] = {
    Action.ASK_HELP: _ANY,
    Action.LIST_PENDING: frozenset({Role.COMMUNITY, Role.LEAD}),
    Action.VERIFY: _COMMUNITY,
    Action.REVEAL_PHONE: _COMMUNITY,
    Action.TAKE_OVER: frozenset({Role.COMMUNITY, Role.LEAD}),
    Action.REASSIGN: frozenset({Role.COMMUNITY, Role.LEAD}),
    Action.ACCEPT_FORWARD: _COMMUNITY,
    Action.DO_OFFLINE_DUTY: _COMMUNITY,
    Action.IMPORT_LIST: frozenset({Role.CDC, Role.ADMIN}),
    Action.ASSIGN_PLACE: _CDC,
    Action.RECEIVE_FEEDBACK: _CDC,
    Action.RETURN_FEEDBACK: _CDC,
    Action.RULE_FORWARD: frozenset({Role.LEAD, Role.CDC}),
    Action.MERGE: _CDC,
    Action.RESOLVE_CONFLICT: _CDC,
    Action.NOTIFY_TRANSPORT: _COMMUNITY,
    Action.FOLLOW_NOTICES: frozenset({Role.COMMUNITY, Role.LEAD}),
    Action.CANCEL_NOTICE: frozenset({Role.COMMUNITY, Role.LEAD}),
    Action.ABORT_NOTICE: frozenset({Role.COMMUNITY, Role.LEAD, Role.DISPATCHER}),
    Action.DISPATCH: frozenset({Role.DISPATCHER}),
    Action.ISSUE: _COMMUNITY,
    Action.CALL_ROLL: _COMMUNITY,
    Action.SEE_STOCK: frozenset({Role.COMMUNITY, Role.LEAD}),
    Action.SUPPLEMENT: _COMMUNITY,
    Action.LIST_SUPPLEMENTS: frozenset({Role.COMMUNITY, Role.LEAD, Role.CDC}),
    Action.DECIDE_SUPPLEMENT: _CDC,
    Action.ASK_COMPANION: _COMMUNITY,
    Action.BOARD: frozenset({Role.ESCORT}),
    Action.SECOND_DEPARTURE: frozenset({Role.ESCORT, Role.DISPATCHER, Role.COMMUNITY, Role.LEAD}),
    Action.RECEIVE_GUESTS: frozenset({Role.HOTEL}),
    Action.ANSWER_HOTEL: frozenset({Role.ESCORT, Role.DISPATCHER}),
    Action.RESEND_MANIFEST: frozenset({Role.DISPATCHER, Role.LEAD, Role.ADMIN}),
    Action.REASSIGN_MANY: frozenset({Role.LEAD, Role.CDC}),
    Action.SEE_PROGRESS: frozenset({Role.COMMUNITY, Role.LEAD, Role.CDC}),
    Action.SEE_BELOW: frozenset({Role.LEAD, Role.CDC, Role.ADMIN}),
}


def can(actor: Staff, action: Action, path: str = "") -> bool:
    """Whether the member may do this to something at `path`; without a path, whether anywhere at all."""
    return actor.active and any(actor.holds(role, path) for role in TABLE[action])


def require(actor: Staff, action: Action, path: str = "") -> None:
    """`Refused` unless allowed; the same words for "not yours" and "no such thing", so that guessing learns nothing."""
    if not can(actor, action, path):
        raise Refused("您没有办理这条记录的权限，没有改动。\n如有疑问请联系本社区负责人。", "forbidden")
