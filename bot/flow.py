"""The table of a scenario: its steps, and one row for every handler, written as a decorator over the function.

The decorator *is* the row: source steps, trigger, every possible destination. The `transitions` machine that moves a
conversation and the Mermaid picture are both built from these rows, so neither can disagree with the code.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from transitions import Machine

from bot.state.permission import Action

if TYPE_CHECKING:
    from bot.turn import Turn

Handler = Callable[["Turn"], str | None]


UNDO_WITHIN = timedelta(minutes=2)
"""How long 撤销 makes a deed as if it had not been done (DOMAIN §2.9); later only an explicit opposite step."""


class Trigger(StrEnum):
    """What can set a handler off."""

    TAP = "tap"
    TEXT = "text"
    WORD = "word"
    SCAN = "scan"
    DUE = "due"
    START = "start"
    ASIDE = "aside"
    LATE = "late"


class Aside:
    """Words that speak to whatever the person is in the middle of (DOMAIN §2.9)."""

    BACK = "返回"
    CANCEL = "取消"
    WHY = "为什么"
    UNDO = "撤销"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: on `trigger` `name`, in one of `when`, by someone who may `may`, go where `then` says.

    `then` maps the handler's outcome to a step; an empty mapping stays and keeps the turn, so that cards drawn earlier
    stay valid. `fresh=False` lets a button of an older turn pass (for what only shows something).
    """

    trigger: Trigger
    name: str
    when: tuple[str, ...]
    then: Mapping[str, str]
    may: Action | None
    fresh: bool
    run: Handler

    @property
    def moves(self) -> bool:
        """Whether the conversation's turn goes on after this handler."""
        return bool(self.then)


class _Probe:
    __slots__ = ("state",)

    def __init__(self, state: str) -> None:
        self.state = state


class Flow:
    """One scenario: `flow = Flow("verification", steps=[…])` on top of its file, the handlers below in order."""

    def __init__(self, name: str, steps: Sequence[str], *, personal: bool = False) -> None:
        self.name, self.steps, self.personal = name, tuple(steps), personal
        self.rules: list[Rule] = []
        self.expects: Mapping[str, str] = {}
        self.menu_first: frozenset[str] = frozenset()  # steps that take words but ask for none: a number is the menu's
        self.words_first: frozenset[str] = frozenset()  # steps that ask for numbers though a card of theirs lies there
        self.place: Callable[[Turn], str] = lambda _: ""
        self._machine: Any = None
        self._known: dict[tuple[str, str], str] = {}

    @property
    def first(self) -> str:
        """The step a conversation is born in."""
        return self.steps[0]

    def tap(
        self,
        verb: str,
        when: str | Iterable[str] = "*",
        then: str | Mapping[str, str] | None = None,
        may: Action | None = None,
        *,
        fresh: bool = True,
    ) -> Callable[[Handler], Handler]:
        """A pressed button, a submitted form or vote."""
        return self._rule(Trigger.TAP, verb, when, then, may, fresh)

    def text(
        self, when: str | Iterable[str], then: str | Mapping[str, str] | None = None, may: Action | None = None
    ) -> Callable[[Handler], Handler]:
        """Words typed while this conversation has the person's focus."""
        return self._rule(Trigger.TEXT, "", when, then, may)

    def word(
        self, word: str, then: str | Mapping[str, str] | None = None, may: Action | None = None
    ) -> Callable[[Handler], Handler]:
        """A command word or menu entry; it speaks to the person's own conversation of this flow."""
        return self._rule(Trigger.WORD, word, "*", then, may)

    def scan(
        self,
        when: str | Iterable[str],
        then: str | Mapping[str, str] | None = None,
        may: Action | None = None,
        *,
        fresh: bool = True,
    ) -> Callable[[Handler], Handler]:
        """A code scanned or photographed while this conversation has the person's focus.

        A photograph is read a moment after it was taken: where the row moves, it counts only for the turn it was sent
        in (it was meant for the person chosen then), unless `fresh=False`.
        """
        return self._rule(Trigger.SCAN, "", when, then, may, fresh)

    def due(
        self, name: str, when: str | Iterable[str] = "*", then: str | Mapping[str, str] | None = None
    ) -> Callable[[Handler], Handler]:
        """A promise that has come due."""
        return self._rule(Trigger.DUE, name, when, then, None)

    def aside(
        self,
        word: str,
        when: str | Iterable[str] = "*",
        then: str | Mapping[str, str] | None = None,
        may: Action | None = None,
    ) -> Callable[[Handler], Handler]:
        """A word such as 返回 that speaks to the conversation in the person's focus."""
        return self._rule(Trigger.ASIDE, word, when, then, may)

    def start(
        self, name: str = "start", when: str | Iterable[str] = "*", then: str | Mapping[str, str] | None = None
    ) -> Callable[[Handler], Handler]:
        """Another flow, or a door without a person, hands something over."""
        return self._rule(Trigger.START, name, when, then, None)

    def late(self, run: Handler) -> Handler:
        """What answers a button whose turn or step has passed: true and kind, without a second effect."""
        self.rules.append(Rule(Trigger.LATE, "", self.steps, {}, None, False, run))
        return run

    def where(self, place: "Callable[[Turn], str]") -> "Callable[[Turn], str]":
        """The area path of what this conversation is about; the desk checks the actor's jurisdiction against it."""
        self.place = place
        return place

    def _rule(
        self,
        trigger: Trigger,
        name: str,
        when: str | Iterable[str],
        then: str | Mapping[str, str] | None,
        may: Action | None,
        fresh: bool = True,
    ) -> Callable[[Handler], Handler]:
        sources = self.steps if when == "*" else (when,) if isinstance(when, str) else tuple(when)
        targets = {} if then is None else {"": then} if isinstance(then, str) else dict(then)
        unknown = {*sources, *targets.values()} - {*self.steps}
        if unknown:
            raise ValueError(f"{self.name}.{name}: no such step {sorted(unknown)}")
        if trigger is not Trigger.TEXT and any(r.trigger is trigger and r.name == name != "" for r in self.rules):
            raise ValueError(f"{self.name}: {trigger} {name!r} is handled twice")

        def keep(run: Handler) -> Handler:
            self.rules.append(Rule(trigger, name, sources, targets, may, fresh, run))
            return run

        return keep

    def find(self, trigger: Trigger, name: str = "", step: str | None = None) -> Rule | None:
        """The row for a trigger, its name and (where given) the step the conversation is in."""
        for rule in self.rules:
            if rule.trigger is trigger and rule.name == name and (step is None or step in rule.when):
                return rule
        return None

    def move(self, step: str, rule: Rule, outcome: str | None) -> str:
        """The step after a handler, as the machine says; a handler that invents an outcome is a defect."""
        if not rule.moves:
            return step
        arrow = (step, _event(rule, outcome or ""))
        if arrow not in self._known:  # the machine has no conditions: its answer is the answer for ever
            if self._machine is None:
                self._machine = self._build()
            probe = _Probe(step)
            self._machine.events[arrow[1]].trigger(probe)
            self._known[arrow] = probe.state
        return self._known[arrow]

    def _build(self) -> Any:
        rows = [
            {"trigger": _event(rule, outcome), "source": source, "dest": to}
            for rule in self.rules
            for outcome, to in rule.then.items()
            for source in rule.when
        ]
        return Machine(
            model=None, states=list(self.steps), transitions=rows, initial=self.first, auto_transitions=False
        )


def _event(rule: Rule, outcome: str) -> str:
    """The machine's name for one arrow: handler name and outcome."""
    return f"{rule.trigger}:{rule.name or rule.run.__name__}:{outcome}"
