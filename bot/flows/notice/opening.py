"""The word 通知转运, 新增, and the ways back into a draft or a notice that was returned."""

from bot.flows.notice import questions
from bot.flows.notice.table import ANY, WRITING, flow
from bot.state import notice, ready
from bot.state.machine import Refused
from bot.state.permission import Action
from bot.turn import Turn
from cards import notice as card
from cards import refusals, stamps, words

MOST_OPEN = 200


@flow.word(words.NOTICE, may=Action.NOTIFY_TRANSPORT)
def ask(turn: Turn) -> None:
    """How many are ready, 新增, and the draft that was left."""
    codes = [one.code for one in questions.places(turn)]
    people = ready.under(turn.tx, turn.rules, codes)
    homes = {one.home for one in people}
    going = len(notice.under(turn.tx, codes, MOST_OPEN, only_open=True))
    mine = turn.keys_for("my_notices", turn.actor.id, 0)
    drawn = card.opening(len(people), len(homes), going, turn.talk.step != "idle", turn.keys, mine)
    turn.answer(drawn, "opening")


@flow.tap("new", then=ANY, may=Action.NOTIFY_TRANSPORT, fresh=False)
def new(turn: Turn) -> str:
    """新增: everybody ready, household by household; whoever serves several communities says for which."""
    places = questions.places(turn)
    people = ready.under(turn.tx, turn.rules, [one.code for one in places])
    turn.draft = {}
    turn.lock_this(stamps.SEE_NEXT)
    if not people:
        turn.lock(stamps.SEE_NEXT)
        turn.reply(card.nobody(ready.waiting_unwilling(turn.tx, turn.rules, [one.code for one in places])))
        return "idle"
    waits = {one.person.area_code for one in people}
    offered = [one for one in places if one.code in waits]
    if len(offered) > 1:
        turn.draft = {"places": [one.code for one in offered]}
        return questions.ask(turn, "place")
    return questions.begin(turn, offered[0], [one.id for one in people], people)


@flow.tap("place", when="place", then=ANY, may=Action.NOTIFY_TRANSPORT)
def place(turn: Turn) -> str:
    """The community is chosen."""
    chosen = (turn.event.answers.get("place") or ("",))[0]
    here = next((one for one in questions.places(turn) if one.code == chosen), None)
    if here is None or chosen not in turn.draft.get("places", []):
        raise Refused(refusals.NOT_OFFERED, "option_not_offered")
    people = ready.under(turn.tx, turn.rules, [chosen])
    return questions.begin(turn, here, [one.id for one in people], people)


@flow.tap("again", then=ANY, may=Action.NOTIFY_TRANSPORT, fresh=False)
def again(turn: Turn) -> str:
    """A notice that was returned, written anew: the same people and place, everybody ready offered."""
    old = notice.noun.load(turn.tx, turn.arg)
    here = next((one for one in questions.places(turn) if one.code == old.area_code), None)
    if here is None:
        raise Refused(refusals.UNKNOWN, "forbidden")
    people = ready.under(turn.tx, turn.rules, [old.area_code])
    were = set(notice.everybody(turn.tx, old.id))
    turn.lock_this(stamps.SEE_NEXT)
    if not people:
        turn.draft = {}
        turn.reply(card.nobody(ready.waiting_unwilling(turn.tx, turn.rules, [old.area_code])))
        return "idle"
    step = questions.begin(turn, here, [one.id for one in people if one.id in were], people)
    turn.draft["address"] = old.address
    return step


@flow.tap("resume", when=WRITING, then=ANY, may=Action.NOTIFY_TRANSPORT, fresh=False)
def resume(turn: Turn) -> str:
    """继续填写: the question that was open."""
    return questions.ask(turn, turn.talk.step)
