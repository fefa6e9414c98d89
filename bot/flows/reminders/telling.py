"""The digest: everything one person has to hear, drawn at the moment it is told, from what still stands then."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from bot.flows.reminders.table import flow
from bot.ladder import Step
from bot.state import area, home, nudge, queue, staff, waiting
from bot.state.nudge import SUMMARIES, Nudge, Standing, Why
from bot.state.permission import Action
from bot.state.queue import Priority
from bot.state.staff import Role, Staff
from bot.turn import Turn
from cards import reminders as card
from cards import stamps

LISTS = {
    Step.FIRST_TOUCH: "worklist",
    Step.FEEDBACK: "worklist",
    Step.OFFLINE_DUTY: "duties",
    Step.HOTEL_CONFIRM: "arrivals",
}
"""The list that a digest's button opens, by step."""
OPENS = {
    Step.FIRST_TOUCH: "verification",
    Step.FEEDBACK: "verification",
    Step.OFFLINE_DUTY: "offline_duty",
    Step.ACCEPT_FORWARD: "forward",
    Step.DOOR_SENSOR: "door_sensor",
    Step.HOTEL_CONFIRM: "hotel",
}
"""The scenario that shows one of them, by step: it takes a start "open" for a member."""


@flow.start("tell")
def tell(turn: Turn) -> None:
    """The time of a person's digest has come: take all that waits for them, say what still stands."""
    unseen = [one for one in turn.live_cards() if one.slot == nudge.SLOT and one.sent_at is None]
    left = [said for one in unseen for said in nudge.of_card(turn.tx, one.id)]  # a digest that never got through
    _say(turn, [*left, *nudge.take(turn.tx, turn.ref)])


@flow.start("again")
def again(turn: Turn) -> None:
    """Some of it was done while the digest was on its way: it is drawn anew from the rest."""
    _say(turn, nudge.of_card(turn.tx, str(turn.event.data["card"])))


def _say(turn: Turn, said: Sequence[Nudge]) -> None:
    standing = nudge.standing(turn.tx, said)
    summaries = [one for one in said if one.why in SUMMARIES]
    member = staff.find(turn.tx, turn.ref)
    if member is None or not member.active:  # left since: the lead must hear that nobody has it
        waiting.look_again(turn.tx, {(one.step, one.ref) for one in standing})
        return
    digest = _digest(turn, member, standing, [Why(one.why) for one in summaries])
    if digest is None:
        return
    drawn = card.digest(digest, _buttons(turn, standing, digest))
    sent = turn.send([member.id], drawn, nudge.SLOT, Priority.DIGEST)
    nudge.pin(turn.tx, [one.id for one in standing] + [one.id for one in summaries], sent[member.id])


def _digest(turn: Turn, member: Staff, standing: Sequence[Standing], summaries: Sequence[Why]) -> card.Digest | None:
    """What the card says, or None when nothing is left to say."""
    names = area.names(turn.tx, {one.path for one in standing})
    lines = tuple(_lines(turn, standing, names))
    summary = _summary(turn, member, summaries[0]) if summaries else None
    if not lines and summary is None:
        return None
    waiting_letters = queue.waiting_for(turn.tx.conn, member.id)
    return card.Digest(lines, summary, waiting_letters, turn.now)


def _lines(turn: Turn, standing: Iterable[Standing], names: dict[str, str]) -> Iterable[card.Line]:
    """What stands, gathered by reason and step, the most urgent first."""
    groups: dict[tuple[str, str], list[Standing]] = defaultdict(list)
    for one in standing:
        groups[one.why, one.step].append(one)
    for (why, step), several in groups.items():
        places = tuple(dict.fromkeys(names.get(one.path, "") for one in several))
        things = {one.ref: one.due for one in several}  # of one thing several rungs may have gathered
        late = sum(due < turn.now for due in things.values())
        yield card.Line(why, step, len(things), late, several[0].due, places)


def _summary(turn: Turn, member: Staff, why: Why) -> card.Summary | None:
    """How much is open under the member; None when nothing is, and nobody is told that."""
    paths = [grant.path for grant in member.grants if grant.role in (Role.COMMUNITY, Role.LEAD, Role.CDC)]
    counts: dict[str, tuple[int, int]] = {}
    for (_, step), (waits, late) in waiting.under(turn.tx, paths).items():
        before = counts.get(step, (0, 0))
        counts[step] = (before[0] + waits, before[1] + late)
    homes = home.under(turn.tx, turn.rules, paths)
    if not counts and not homes:
        return None
    last = tuple(card.name_of(one.name) for one in homes if one.last_day)
    return card.Summary(why, counts, len(homes), last, sum(one.release is None for one in homes))


def _buttons(turn: Turn, standing: Iterable[Standing], digest: card.Digest) -> list[tuple[str, str]]:
    """(list, key) of the lists that lead to what is said, in the order of urgency, and the ways out."""
    mine = [LISTS[Step(one.step)] for one in standing if one.why == Why.HOLDER and one.step in LISTS]
    first = next((one for one in standing if one.why == Why.HOLDER and one.step in OPENS), None)
    if digest.summary is not None:  # a summary goes to the community and above; the hotel's list is the hotel's
        mine += [LISTS[Step(step)] for step in digest.summary.counts if step in LISTS and step != Step.HOTEL_CONFIRM]
    keys = [] if first is None else [("open", turn.keys("open", f"{first.step}:{first.ref}"))]
    keys += [(name, turn.keys_for(name, "me", 0)("list")) for name in dict.fromkeys(mine)]
    if digest.of_others:
        keys.append(("below", turn.keys("below")))
    return [*keys, ("got", turn.keys("got"))]


# ── what a digest's buttons do ────────────────────────────────────────────────────────────────────────────────────────


@flow.tap("open", may=Action.ASK_HELP, fresh=False)
def opened(turn: Turn) -> None:
    """最急一项: its own scenario shows it, and checks who may see it."""
    step, _, ref = turn.arg.partition(":")
    turn.start(OPENS[Step(step)], ref, "open", to=turn.actor.id)


@flow.tap("below", may=Action.SEE_BELOW, fresh=False)
def below(turn: Turn) -> None:
    """下级未完成: what waits under the member, place by place."""
    paths = [grant.path for grant in turn.actor.grants if grant.role in (Role.LEAD, Role.CDC, Role.ADMIN)]
    found = waiting.under(turn.tx, paths)
    names = area.names(turn.tx, {path for path, _ in found})
    turn.reply(card.below([(names.get(path, path), step, *counts) for (path, step), counts in found.items()]))


@flow.tap("got", may=Action.ASK_HELP, fresh=False)
def got(turn: Turn) -> None:
    """知道了: the card has done its work; what waits goes on waiting."""
    turn.lock_this(stamps.GOT)
    turn.reply(card.got())


@flow.late
def late(turn: Turn) -> None:
    """Every button of a digest stays good."""
