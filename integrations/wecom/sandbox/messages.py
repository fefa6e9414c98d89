"""What becomes of a message: delivered, dropped in silence, updated, recalled (pages 90236, 94888, 94867)."""

import hashlib
import json
import re
from collections import deque
from dataclasses import dataclass, field

from integrations.wecom.sandbox import card_rules, rules
from integrations.wecom.sandbox.entries import Card, Entry, chosen_at_first
from integrations.wecom.sandbox.errcode import Refused
from integrations.wecom.sandbox.settings import Member
from integrations.wecom.sandbox.world import Json, Sent, World

CODE_LIFE = 72 * 3600
RECALL_LIFE = 24 * 3600
PER_MINUTE, PER_HOUR = 30, 1000
UNSEEN_IN_WECHAT = frozenset({"template_card", "markdown"})


@dataclass(slots=True)
class Outcome:
    """The API's answer, and what only the wire log tells: warnings and members whose copy was dropped."""

    answer: Json
    users: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def send(world: World, body: Json) -> Outcome:
    """message/send: check, look up the recipients, deliver. Raises Refused."""
    sending = rules.send(body, world)
    found, answer = _recipients(world, sending.to)
    if not found:
        raise Refused(81013, "no recipient is a member in the app's visible range")
    msgid, notes = world.token_hex(43), list(sending.notes)
    answer |= {"errcode": 0, "errmsg": "ok", "msgid": msgid}
    if sending.once_within and _is_repeat(world, body, sending.once_within):
        return Outcome(answer, found, [*notes, "duplicate check: same request within the interval, not delivered"])
    card = card_rules.known(sending.content) if sending.kind == "template_card" else None
    sent = Sent(msgid, world.now(), sending.kind, frozenset(found), str((card or {}).get("card_type", "")))
    world.book.sent[msgid] = sent
    if sending.task_id:
        world.book.tasks.add(sending.task_id)
    if card is not None and card_rules.is_callback(card):
        answer["response_code"] = world.issue_code(msgid)
    unlicensed = answer.get("unlicenseduser", "").split("|")
    for user in found:
        if user in unlicensed:
            continue
        if _is_over_limit(world, user):
            notes.append(f"{user}: dropped in silence, above 30 a minute or 1000 an hour")
        else:
            world.show(_copy(world, sending, sent, user, card))
    return Outcome(answer, found, notes)


def _copy(world: World, sending: rules.Sending, sent: Sent, user: str, card: Card | None) -> Entry:
    content = _translated(world, sending.content) if sending.translate else sending.content
    if card is not None and sending.translate:
        card = card_rules.known(content)
    member = world.member(user)
    return Entry(
        msgid=sent.msgid,
        user=user,
        side="bot",
        kind=sending.kind,
        at=sent.at,
        body={} if card is not None else content,
        card=card,
        task_id=sending.task_id,
        picks=_picks(world, card),
        hidden=member is not None and member.plugin and sending.kind in UNSEEN_IN_WECHAT,
    )


def _picks(world: World, card: Card | None) -> dict[str, list[str]]:
    return {} if card is None else chosen_at_first(card, preselect_first=world.book.switches.preselect_first)


def _recipients(world: World, to: rules.Addressed) -> tuple[list[str], Json]:
    """Lower-case ids of those who get it, and the answer's lists of those who do not."""
    members = {userid: member for userid, member in world.book.members.items() if member.in_range}
    users = list(members) if to.everyone else [user.lower() for user in to.users]
    found, answer = [user for user in users if user in members], {}
    answer["invaliduser"] = [user for user in users if user not in members]
    for name, asked, of in (("invalidparty", to.parties, _parties), ("invalidtag", to.tags, _tags)):
        if asked and not to.everyone:
            found += [userid for userid, member in members.items() if of(member) & set(asked)]
            known = {group for member in members.values() for group in of(member)}
            answer[name] = [group for group in asked if group not in known]
    answer["unlicenseduser"] = [user for user in found if not members[user].licensed]
    return list(dict.fromkeys(found)), {name: "|".join(dict.fromkeys(ids)) for name, ids in answer.items() if ids}


def _parties(member: Member) -> set[str]:
    return {str(party) for party in member.departments}


def _tags(member: Member) -> set[str]:
    return {str(tag) for tag in member.tags}


def _is_repeat(world: World, body: Json, interval: int) -> bool:
    digest = hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    before = world.book.once.get(digest)
    if before is not None and world.now() - before < interval:
        return True
    world.book.once[digest] = world.now()
    return False


def _is_over_limit(world: World, user: str) -> bool:
    """30 messages a minute and 1000 an hour for each member; what is dropped does not count."""
    now, arrivals = world.now(), world.book.arrivals.setdefault(user, deque(maxlen=PER_HOUR))
    full_hour = len(arrivals) == PER_HOUR and now - arrivals[0] < 3600
    full_minute = len(arrivals) >= PER_MINUTE and now - arrivals[-PER_MINUTE] < 60
    if full_hour or full_minute:
        world.book.dropped[user] = world.book.dropped.get(user, 0) + 1
        return True
    arrivals.append(now)
    return False


def _translated(world: World, content: Json) -> Json:
    """enable_id_trans: `$userName=ID$` becomes a name, unknown ids stay (a trap for text that members typed)."""

    def named(match: re.Match[str]) -> str:
        member = world.member(match[1])
        return member.name if member else match[0]

    text = re.sub(r"\$userName=([^$]+)\$", named, json.dumps(content, ensure_ascii=False))
    return dict(json.loads(text))


def update(world: World, body: Json) -> Outcome:
    """message/update_template_card: only the members named change, and the code is used up. Raises Refused."""
    updating = rules.update(body, world)
    code = world.book.codes.get(updating.code)
    if code is None or code.used or world.now() - code.at > CODE_LIFE:
        raise Refused(60140, "response_code: unknown, used before, or older than 72 hours")
    sent = world.book.sent[code.msgid]
    if updating.replace and updating.card is None and sent.card_type not in card_rules.INTERACTIVE:
        raise Refused(42017, f"button.replace_name: a {sent.card_type} has no buttons")
    wanted = _wanted(world, updating, sent)
    good = [user for user in wanted if user in sent.recipients and _in_range(world, user)]
    if not good:
        raise Refused(82102, "none of the members named received this message")
    code.used = True
    for entry in world.copies(code.msgid):
        if entry.user in good:
            _redraw(world, entry, updating)
    bad = [user for user in wanted if user not in good]
    return Outcome({"errcode": 0, "errmsg": "ok", "invaliduser": bad}, good, updating.notes)


def _wanted(world: World, updating: rules.Updating, sent: Sent) -> list[str]:
    if updating.everyone:
        return sorted(sent.recipients)
    wanted = [user.lower() for user in updating.users]
    for userid in sorted(sent.recipients):
        member = world.member(userid)
        if member and (set(member.departments) & set(updating.parties) or set(member.tags) & set(updating.tags)):
            wanted.append(userid)
    return list(dict.fromkeys(wanted))


def _in_range(world: World, userid: str) -> bool:
    member = world.member(userid)
    return member is not None and member.in_range


def _redraw(world: World, entry: Entry, updating: rules.Updating) -> None:
    if updating.card is not None:
        entry.card = card_rules.known(updating.card)
        entry.picks = _picks(world, entry.card)
    entry.replaced = updating.replace
    world.touch(entry)


def recall(world: World, body: Json) -> Outcome:
    """message/recall: every copy goes, within 24 hours. Raises Refused."""
    sent = world.book.sent.get(str(body.get("msgid", "")))
    if sent is None:
        raise Refused(40058, "msgid: not a message of this app")
    if world.now() - sent.at > RECALL_LIFE:
        raise Refused(42052, "msgid: older than 24 hours")
    for entry in world.copies(sent.msgid):
        entry.recalled = True
        world.touch(entry)
    return Outcome({"errcode": 0, "errmsg": "ok"}, sorted(sent.recipients))
