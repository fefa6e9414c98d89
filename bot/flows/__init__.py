"""Finds the scenarios in this folder: every module that holds a `flow`. A double is an error at start."""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator

from bot.flow import Flow, Rule, Trigger


class Scenarios:
    """All flows by name, and all command words by the flow that answers them."""

    def __init__(self, flows: Iterable[Flow]) -> None:
        self._flows: dict[str, Flow] = {}
        self._words: dict[str, tuple[Flow, Rule]] = {}
        for flow in flows:
            if flow.name in self._flows:
                raise ValueError(f"two flows are called {flow.name!r}")
            self._flows[flow.name] = flow
            for rule in flow.rules:
                if rule.trigger is Trigger.WORD:
                    if rule.name in self._words:
                        raise ValueError(f"the word {rule.name!r} is answered by two flows")
                    self._words[rule.name] = (flow, rule)

    def __getitem__(self, name: str) -> Flow:
        return self._flows[name]

    def __iter__(self) -> Iterator[Flow]:
        return iter(self._flows.values())

    def get(self, name: str) -> Flow | None:
        """The flow of a name, or None (a button of a scenario that no longer exists)."""
        return self._flows.get(name)

    def word(self, word: str) -> tuple[Flow, Rule] | None:
        """Who answers a command word."""
        return self._words.get(word)


def discover() -> Scenarios:
    """Load every scenario of this folder."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return Scenarios(module.flow for module in modules)
