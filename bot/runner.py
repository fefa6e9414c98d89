"""The desk: an Event goes through here once, in one transaction, whatever brought it.

Seen before? who is it? which conversation, locked before it is loaded? may they, here, now? is the button still true?
Then one handler runs, the machine moves the step, and state, journal, outbox, timers and the answer are committed
together. A refusal rolls everything back and is then written down alone, with its answer.
"""

import hashlib
import json
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot import numbers, recall, slips
from bot.flow import Aside, Flow, Rule, Trigger
from bot.flows import Scenarios
from bot.state import caller, conversation, permission, queue
from bot.state.base import insert_once
from bot.state.caller import Caller
from bot.state.laid import Press
from bot.state.machine import Refused
from bot.state.queue import Outcome
from bot.state.rules import Rules
from bot.state.sealed import Keyring
from bot.state.store import Store, Unavailable
from bot.state.unit import Tx
from bot.turn import ANSWER_TTL, Answer, Event, Kind, Turn
from cards import help as help_card
from cards import key as card_key
from cards import refusals, words

log = logging.getLogger(__name__)
_answered = queue.inbox.update().where(queue.inbox.c.id == sa.bindparam("the_id"))
_seen = sa.select(queue.inbox.c.answer, queue.inbox.c.outcome).where(queue.inbox.c.id == sa.bindparam("the_id"))
HELP, CAMERA, DISPLAY = "help", "camera", "display"
LONGEST_USERID = 64  # page 90196


class Runner:
    """The only way in: `handle(event)` answers, and may be called with the same event any number of times."""

    def __init__(
        self,
        store: Store,
        keys: Keyring,
        scenarios: Scenarios,
        rules: Rules,
        now: Callable[[], datetime],
        spoke: Callable[[], object] = lambda: None,
        *,
        tells_cdc: bool = False,
    ) -> None:
        self.store, self.keys, self.scenarios, self.rules = store, keys, scenarios, rules
        self.now, self._spoke, self.tells_cdc = now, spoke, tells_cdc
        self._entry: Any = None  # the inbox's insert, built by the first event for the store's dialect

    def handle(self, event: Event) -> Answer:
        """Apply the event once and answer; raises `Unavailable` when the database cannot be written."""
        try:
            answer = self.store.write(lambda conn: self._apply(conn, event), hasty=event.hasty)
        except Refused as no:
            reason, text = no.reason, no.words
            answer = self.store.write(
                lambda conn: self._decline(conn, event, Outcome.REFUSED, reason, text), hasty=event.hasty
            )
        except Unavailable:
            raise
        except Exception as error:
            kind = type(error).__name__
            log.exception("event quarantined", extra={"event": event.id, "kind": event.kind.value, "error": kind})
            text = refusals.broken(short(event.id))
            answer = self.store.write(
                lambda conn: self._decline(conn, event, Outcome.QUARANTINED, kind, text), hasty=event.hasty
            )
        self._spoke()
        return answer

    # ── one event, one transaction ────────────────────────────────────────────────────────────────────────────────

    def _apply(self, conn: sa.Connection, event: Event) -> Answer:
        tx = Tx(conn, self.keys, self.now(), event.id, event.actor or "system")
        if (known := self._enter(tx, event, Outcome.APPLIED, "")) is not None:
            return known
        met = caller.meet(tx, event.actor, event.task_id) if event.actor else None
        if event.actor and (met is None or not met.member.active):
            raise Refused(refusals.STRANGER, "stranger")
        flow, rule, turn = self._route(tx, event, met)
        turn.tells_cdc = self.tells_cdc
        outcome = rule.run(turn)
        self._finish(flow, rule, turn, outcome)
        return self._leave(tx, event, turn)

    def _enter(self, tx: Tx, event: Event, outcome: Outcome, reason: str) -> Answer | None:
        """Write the event down, or give the answer it had when it came before."""
        body = self.keys.seal(recall.body(event), "inbox", "body", event.id) if event.keep else b""
        values: dict[str, Any] = {
            "id": event.id,
            "kind": event.kind.value,
            "actor": event.actor[:64],
            "received_at": tx.now,
        }
        values |= {"outcome": outcome.value, "reason": reason[:48], "answer": b"", "body": body}
        if self._entry is None:
            self._entry = insert_once(tx.conn.dialect.name, queue.inbox).returning(queue.inbox.c.id)
        if tx.one(self._entry, values) is not None:
            return None
        row = tx.one(_seen, {"the_id": event.id})
        text = self.keys.open(row.answer, "inbox", "answer", event.id) if row else ""
        if event.recall and text:
            return recall.answer(event, json.loads(text), row.outcome)
        return Answer(text, row.outcome if row else "", duplicate=True)

    def _route(self, tx: Tx, event: Event, met: Caller | None) -> tuple[Flow, Rule, Turn]:
        """Which row of which table answers this event, with the conversation it belongs to."""
        if event.kind in (Kind.DUE, Kind.START):
            return self._handed(tx, event)
        if met is None:
            raise Refused(refusals.STRANGER, "stranger")
        if event.kind is Kind.TAP:
            return self._tapped(tx, event, met)
        if event.kind in (Kind.TEXT, Kind.WORD) and (spoken := self._commanded(tx, event, met)):
            return spoken
        return self._heard(tx, event, met)

    def _commanded(self, tx: Tx, event: Event, met: Caller) -> tuple[Flow, Rule, Turn] | None:
        """A word that is the whole message, or a menu's entry as it stands; None when nobody answers it."""
        said = words.command(event.text) or (event.text if event.kind is Kind.WORD else "")
        if said == Aside.BACK and (before := numbers.back(tx, met)):
            return self._numbered(tx, event, met, before)
        if said in _ASIDES:
            return self._aside(tx, event, met, said)
        found = self.scenarios.word(said)
        return self._open(tx, event, met, *found) if found else None

    def _heard(self, tx: Tx, event: Event, met: Caller) -> tuple[Flow, Rule, Turn]:
        """A number on a menu, an answer to the open question, or what nobody waits for."""
        if means := numbers.heard(tx, event, met, self.scenarios.get(met.at[0]) if met.at else None):
            return self._numbered(tx, event, met, means)
        if event.kind in (Kind.TEXT, Kind.SCAN) and (focused := self._scanned(tx, event, met)):
            return focused
        if event.kind is Kind.TEXT:
            return self._misheard(tx, event, met)
        return self._open(tx, event, met, *self._last_resort(event, met))

    def _misheard(self, tx: Tx, event: Event, met: Caller) -> tuple[Flow, Rule, Turn]:
        """Nobody waits for these words: a command with a slip in it, perhaps; one that changes something asks first."""
        flow = self.scenarios[HELP]
        meant, sure = slips.heard(tx, conversation.lock(tx, HELP, met.member.id, flow.first), event.text)
        if sure and (spoken := self._commanded(tx, replace(event, text=meant), met)) is not None:
            spoken[2].reply(help_card.taken_as(meant))
            return spoken
        opened = self._open(tx, event, met, flow, _known(flow.find(Trigger.START, "unknown")))
        opened[2].room["meant"] = meant
        return opened

    def _numbered(self, tx: Tx, event: Event, met: Caller, means: numbers.Tap | numbers.Say) -> tuple[Flow, Rule, Turn]:
        """A number on a menu: the tap it stands for, or what is asked next."""
        if isinstance(means, numbers.Tap):
            return self._tapped(tx, means.event, replace(met, card=means.card))
        flow = self.scenarios[DISPLAY]
        flow, rule, turn = self._open(tx, event, met, flow, _known(flow.find(Trigger.START, "numbered")))
        turn.room["said"] = means.words
        return flow, rule, turn

    def _open(self, tx: Tx, event: Event, met: Caller, flow: Flow, rule: Rule) -> tuple[Flow, Rule, Turn]:
        """A word opens the actor's own conversation of its flow."""
        talk = conversation.lock(tx, flow.name, met.member.id, flow.first)
        turn = Turn(tx, event, talk, self.rules, met.member, rule.name)
        turn.expects = self._expected(met) if flow.name in (HELP, CAMERA) else ""
        if flow.name == CAMERA and met.at:
            turn.room["at"] = (met.at[0], met.at[1], met.at[3])  # what a photograph is meant for
        return flow, self._checked(flow, rule, turn), turn

    def _last_resort(self, event: Event, met: Caller) -> tuple[Flow, Rule]:
        """What no open question takes: a photograph to be read, one without a code, a code nobody awaits, odd words."""
        flow, name = self.scenarios[CAMERA], "unasked"
        if event.kind is Kind.PHOTO and self._awaits_codes(met):
            name = "photo"
        elif event.kind is Kind.SCAN and not event.codes:
            name = "unread"
        elif event.kind is Kind.SCAN and "at" in event.data:
            name = "overtaken"
        elif event.kind not in (Kind.SCAN, Kind.PHOTO):
            flow, name = self.scenarios[HELP], "entered" if event.kind is Kind.ENTER else "unknown"
        return flow, _known(flow.find(Trigger.START, name))

    def _awaits_codes(self, met: Caller) -> bool:
        """Whether the question in the actor's focus can be answered with a code."""
        flow = self.scenarios.get(met.at[0]) if met.at else None
        return flow is not None and met.at is not None and flow.find(Trigger.SCAN, "", met.at[2]) is not None

    def _focused(self, tx: Tx, event: Event, met: Caller) -> tuple[Flow, Rule, Turn] | None:
        flow = self.scenarios.get(met.at[0]) if met.at else None
        if flow is None or met.at is None:
            return None
        talk = conversation.lock(tx, flow.name, met.at[1], flow.first)
        rule = flow.find(Trigger.SCAN if event.kind is Kind.SCAN else Trigger.TEXT, "", talk.step)
        if rule is None or (event.kind is Kind.SCAN and (not event.codes or _overtaken(event, talk, rule))):
            return None
        turn = Turn(tx, event, talk, self.rules, met.member)
        turn.expects = flow.expects.get(talk.step, "")
        return flow, self._checked(flow, rule, turn), turn

    def _scanned(self, tx: Tx, event: Event, met: Caller) -> tuple[Flow, Rule, Turn] | None:
        """A code scanned by a menu entry belongs to the entry's scenario, whatever is in focus; all else to that."""
        found = self.scenarios.word(event.key) if event.kind is Kind.SCAN else None
        if found is None or not found[0].personal:
            return self._focused(tx, event, met)
        flow, rule = found
        talk = conversation.lock(tx, flow.name, met.member.id, flow.first)
        rule = flow.find(Trigger.SCAN, "", talk.step) or rule
        turn = Turn(tx, event, talk, self.rules, met.member, rule.name)
        return flow, self._checked(flow, rule, turn), turn

    def _aside(self, tx: Tx, event: Event, met: Caller, word: str) -> tuple[Flow, Rule, Turn]:
        """返回, 取消, 为什么 speak to what is in focus; without a focus the help flow says that nothing is open."""
        at = met.at
        flow = self.scenarios.get(at[0]) if at else None
        rule = flow.find(Trigger.ASIDE, word, at[2]) if flow and at else None
        if at is None or flow is None or rule is None:
            flow = self.scenarios[HELP]
            return self._open(tx, event, met, flow, _known(flow.find(Trigger.ASIDE, word)))
        talk = conversation.lock(tx, flow.name, at[1], flow.first)
        turn = Turn(tx, event, talk, self.rules, met.member, word)
        return flow, self._checked(flow, rule, turn), turn

    def _expected(self, met: Caller) -> str:
        """What the conversation in the actor's focus is waiting for, in words."""
        flow = self.scenarios.get(met.at[0]) if met.at else None
        return "" if met.at is None or flow is None else flow.expects.get(met.at[2], "")

    def _tapped(self, tx: Tx, event: Event, met: Caller) -> tuple[Flow, Rule, Turn]:
        """A button: it must be on a card we sent to this person, and still mean what it meant."""
        actor, card = met.member, met.card
        try:
            key = card_key.unpack(event.key)
        except card_key.BadKey:
            raise Refused(refusals.FOREIGN_BUTTON, "bad_key") from None
        flow = self.scenarios.get(key.flow)
        rule = flow.find(Trigger.TAP, key.verb) if flow else None
        if flow is None or rule is None or card is None or card.recipient != actor.id or event.key not in card.body:
            raise Refused(refusals.FOREIGN_BUTTON, "forged_tap")
        ref = actor.id if flow.personal else key.ref
        talk = conversation.lock(tx, flow.name, ref, flow.first)
        turn = Turn(tx, event, talk, self.rules, actor, key.verb)
        turn.laid.pressed = card.id
        if event.response_code:
            turn.laid.press = Press(card.id, actor.id, event.response_code)
        turn.arg = key.arg
        turn.card = card if card.conversation == talk.id else None
        true = talk.step in rule.when and (not rule.fresh or (card.live and key.turn in (0, talk.turn)))
        if not true:
            turn.outcome, turn.reason = Outcome.REFUSED, "late"
            rule = _known(flow.find(Trigger.LATE))
        return flow, self._checked(flow, rule, turn), turn

    def _handed(self, tx: Tx, event: Event) -> tuple[Flow, Rule, Turn]:
        """A promise or a hand-over: void when it was bound to a turn that has passed."""
        flow = self.scenarios[event.flow]
        if event.kind is Kind.DUE:
            queue.end_timer(tx.conn, event.id.removeprefix("due:"), tx.now)
        talk = conversation.lock(tx, flow.name, event.ref, flow.first)
        rule = flow.find(Trigger.DUE if event.kind is Kind.DUE else Trigger.START, event.name, talk.step)
        turn = Turn(tx, event, talk, self.rules)
        if rule is None or event.turn not in (0, talk.turn):
            turn.outcome, turn.reason = Outcome.REFUSED, "overtaken"
            return flow, _NOTHING, turn
        if rule.moves:
            turn.turn += 1
        return flow, rule, turn

    def _checked(self, flow: Flow, rule: Rule, turn: Turn) -> Rule:
        """Permission by role, then by place; the turn's stamp goes on if the row moves."""
        path = flow.place(turn)
        if rule.may is not None:
            permission.require(turn.actor, rule.may, path)
        if rule.moves:
            turn.turn += 1
        return rule

    def _finish(self, flow: Flow, rule: Rule, turn: Turn, outcome: str | None) -> None:
        """Move the conversation as the machine says, and write it if anything about it changed."""
        talk = turn.talk
        talk.draft = turn.draft
        if rule.moves and not turn.stayed:
            talk.step, talk.turn = flow.move(talk.step, rule, outcome), turn.turn
        if turn.turn > turn.began or turn.changed:
            conversation.save(turn.tx, talk)

    def _leave(self, tx: Tx, event: Event, turn: Turn) -> Answer:
        """Write what was said, and keep the answer for the next delivery of the same event."""
        text = "\n".join(turn.replies)
        asked = event.actor or (turn.person.id if turn.person else "")
        exists = 0 < len(asked) <= LONGEST_USERID  # a longer one is signed nonsense, and no letter could be addressed
        if text and not event.replyable and exists:
            turn.say([asked], text, queue.Priority.ANSWER, ANSWER_TTL)
            text = ""
        turn.write()
        if text or turn.reason or event.recall:
            said = {"of": recall.likeness(event), "text": text, "data": turn.result}
            kept = self.keys.seal(json.dumps(said) if event.recall else text, "inbox", "answer", event.id)
            ended = {"answer": kept, "outcome": turn.outcome.value, "reason": turn.reason[:48]}
            tx.run(_answered, ended | {"the_id": event.id})
        return Answer(text, turn.outcome.value, data=turn.result)

    def _decline(self, conn: sa.Connection, event: Event, outcome: Outcome, reason: str, text: str) -> Answer:
        """Write a refusal or a quarantine alone: the attempt left no trace but this one."""
        tx = Tx(conn, self.keys, self.now(), event.id, event.actor or "system")
        if (known := self._enter(tx, event, outcome, reason)) is not None:
            return known
        if event.kind is Kind.DUE:
            queue.end_timer(conn, event.id.removeprefix("due:"), tx.now)
        blank = conversation.Conversation("", HELP, "", "", 0, 0, "", None, {}, {}, tx.now)
        turn = Turn(tx, event, blank, self.rules)
        turn.outcome, turn.reason = outcome, reason
        if event.response_code and len(event.task_id) <= 32:  # the click's code is good for one update, whatever it got
            turn.laid.press = Press(event.task_id, event.actor, event.response_code)
        if event.actor:
            turn.reply(text)
        return self._leave(tx, event, turn)


_ASIDES = frozenset({Aside.BACK, Aside.CANCEL, Aside.WHY, Aside.UNDO})
_NOTHING = Rule(Trigger.LATE, "", (), {}, None, False, lambda _: None)


def _overtaken(event: Event, talk: conversation.Conversation, rule: Rule) -> bool:
    """Whether a photograph was sent to another talk, or for a turn of this one that has passed and that mattered."""
    at = event.data.get("at")
    if at is None:
        return False
    return at[:2] != [talk.flow, talk.ref] or (rule.fresh and rule.moves and at[2] != talk.turn)


def short(event_id: str) -> str:
    """A short number people can read out on the phone, the same for every delivery of one event."""
    return "Q-" + hashlib.sha256(event_id.encode()).hexdigest()[:6].upper()


def _known(rule: Rule | None) -> Rule:
    if rule is None:
        raise LookupError("a flow lacks a handler the desk relies on")
    return rule
