"""The life of a noun as a table: one stateless `transitions` machine answers "from here, by this event, to where?".

Law: a move that is not in the table is refused and leaves no trace. The machine holds no row, runs no callback and
does no work; whoever fires writes the row (`state.life.fire`), guarded by the state and version it has read.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from transitions import Machine, MachineError


class Refused(Exception):
    """The answer is no. `args[0]` is the Chinese sentence for the person who asked; nothing has changed."""

    def __init__(self, words: str, reason: str = "refused") -> None:
        super().__init__(words)
        self.words = words
        self.reason = reason


class Stale(Exception):
    """The row has moved since it was read: run the whole turn once more."""


@dataclass(frozen=True, slots=True)
class Edge:
    """One permitted move: `event` leads from any of `sources` to `to`."""

    event: str
    sources: tuple[str, ...]
    to: str


def edge(event: str, sources: str | Iterable[str], to: str) -> Edge:
    """Write an edge as a row of a table; a single source may stand alone."""
    return Edge(str(event), (str(sources),) if isinstance(sources, str) else tuple(map(str, sources)), str(to))


class _Probe:
    """What the machine moves: a place on the map, nothing else."""

    __slots__ = ("state",)

    def __init__(self, state: str) -> None:
        self.state = state


class Life:
    """The table of one noun, with its words for people."""

    def __init__(
        self,
        noun: str,
        states: type[StrEnum],
        edges: Iterable[Edge],
        born: Iterable[StrEnum],
        stuck: Mapping[str, str] | None = None,
    ) -> None:
        """`stuck` gives the sentence with which a state refuses whatever its table does not allow."""
        self.noun, self.states, self.edges = noun, states, tuple(edges)
        self.stuck = {str(state): words for state, words in (stuck or {}).items()}
        self.born = tuple(str(state) for state in born)
        self._known: dict[tuple[str, str], str] = {}
        self._machine: Any = Machine(
            model=None,
            states=[state.value for state in states],
            transitions=[
                {"trigger": row.event, "source": source, "dest": row.to} for row in self.edges for source in row.sources
            ],
            initial=self.born[0],
            auto_transitions=False,
        )

    def next(self, state: str, event: str) -> str:
        """Where `event` leads from `state`; `Refused` where the table has no such row."""
        to = self._known.get((state, event))
        if to is None:
            to = self._known[state, event] = self._asked(str(state), event)
        return to

    def _asked(self, state: str, event: str) -> str:
        """Ask the machine; it has no conditions, so that one answer to a question is the answer to it for ever."""
        probe = _Probe(state)  # `transitions` looks an enum's member up by its name, and we name states by value
        moves = self._machine.events.get(event)
        if moves is None:
            raise KeyError(f"{self.noun} has no event {event!r}")
        try:
            moves.trigger(probe)
        except MachineError:
            words = self.stuck.get(state) or f"当前状态为「{self.label(state)}」，不能这样操作。没有改动。"
            raise Refused(words, "illegal_move") from None
        return probe.state

    def allows(self, state: str, event: str) -> bool:
        """Whether the table has the row, for drawing only the buttons that can work."""
        return any(row.event == event and state in row.sources for row in self.edges)

    def label(self, state: str) -> str:
        """The state's word for people: the enum's `label`, or its value."""
        return str(getattr(self.states(state), "label", state))

    def pairs(self) -> Iterator[tuple[str, str, str]]:
        """Every (source, event, destination), for pictures and oracles."""
        for row in self.edges:
            for source in row.sources:
                yield source, row.event, row.to
