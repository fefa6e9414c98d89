"""Draws the machines as Mermaid pictures from the same tables the house runs on, so that no picture can disagree.

`python -m bot.machines docs/machines` writes them, `--check` only says which are no longer true (exit 1).
"""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import click

from bot import flows, state
from bot.flow import Flow, Rule
from bot.state.machine import Life

_MARK = "%% Drawn by `make docs` from the table of {name} in {room}; do not edit."


def lives() -> list[Life]:
    """The table of every noun, by the noun's name. Modules of `bot.state` are imported, its migrations are not."""
    names = sorted(module.name for module in pkgutil.iter_modules(state.__path__) if not module.ispkg)
    modules = [importlib.import_module(f"{state.__name__}.{name}") for name in names]
    found = {value.noun: value for module in modules for value in vars(module).values() if isinstance(value, Life)}
    return [found[noun] for noun in sorted(found)]


def pictures() -> dict[str, str]:
    """Every picture's Mermaid text by its file name without the ending: `life-<noun>` and `flow-<scenario>`."""
    drawn = {f"life-{life.noun}": draw_life(life) for life in lives()}
    return drawn | {f"flow-{flow.name}": draw_flow(flow) for flow in flows.discover()}


def draw_life(life: Life) -> str:
    """The states of a noun under their Chinese labels, and every event that leads from one to another."""
    states = [each.value for each in life.states]
    ends = [name for name in states if all(source != name for source, _, _ in life.pairs())]
    arrows = [f"{source} --> {to} : {event}" for source, event, to in life.pairs()]
    names = [f'state "{life.label(name)}" as {name}' for name in states]
    births = [f"[*] --> {name}" for name in life.born]
    return _picture("bot.state", life.noun, [*names, *births, *arrows, *(f"{name} --> [*]" for name in ends)])


def draw_flow(flow: Flow) -> str:
    """The steps of a scenario, the rows that move it as arrows, and the rows that only answer as notes."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for rule in flow.rules:
        for outcome, to in rule.then.items():
            for source in rule.when:
                arrows.setdefault((source, to), []).append(_arrow(rule, outcome, to))
    lines = [f"{source} --> {to} : {'<br/>'.join(labels)}" for (source, to), labels in arrows.items()]
    return _picture("bot.flows", flow.name, [*flow.steps, f"[*] --> {flow.first}", *lines, *_notes(flow)])


def _arrow(rule: Rule, outcome: str, to: str) -> str:
    """`tap submit`, with the handler's outcome where the step it leads to does not say it already."""
    return f"{label(rule)} ({outcome})" if outcome not in ("", to) else label(rule)


def label(rule: Rule) -> str:
    """What sets a row off: its trigger and its name, or the handler's where the trigger has none."""
    name = rule.name or rule.run.__name__
    return rule.trigger.value if name == rule.trigger.value else f"{rule.trigger.value} {name}"


def _notes(flow: Flow) -> Iterator[str]:
    """What is answered without a move, gathered by the steps in which it is.

    A gathering hangs on the first of its steps; Mermaid keeps only one note for a step, so those of one step share it.
    """
    answered: dict[tuple[str, ...], list[str]] = {}
    for rule in flow.rules:
        if not rule.moves:
            answered.setdefault(tuple(step for step in flow.steps if step in rule.when), []).append(label(rule))
    for first in flow.steps:
        here = [(steps, labels) for steps, labels in answered.items() if steps[0] == first]
        if here:
            yield f"note left of {first}"
            for steps, labels in here:
                yield f"  stays in {'every step' if steps == flow.steps else ', '.join(steps)}"
                yield from (f"  · {each}" for each in labels)
            yield "end note"


def _picture(room: str, name: str, lines: Iterable[str]) -> str:
    body = "\n".join(f"  {line}" for line in lines)
    return f"{_MARK.format(room=room, name=name)}\nstateDiagram-v2\n{body}\n"


def write(folder: Path) -> list[str]:
    """Write every picture into the folder and remove those of machines that are gone; the names that changed."""
    drawn = pictures()
    changed = stale(folder, drawn)
    folder.mkdir(parents=True, exist_ok=True)
    for name in changed:
        path = folder / f"{name}.mmd"
        if name in drawn:
            path.write_text(drawn[name], encoding="utf-8")
        else:
            path.unlink()
    return changed


def stale(folder: Path, drawn: Mapping[str, str] | None = None) -> list[str]:
    """The names of pictures in the folder that are missing, no longer true, or of a machine that is gone."""
    wanted = pictures() if drawn is None else drawn
    there = {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.mmd")}
    return sorted(name for name in {*wanted, *there} if wanted.get(name) != there.get(name))


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if a picture is not fresh.")
def main(folder: Path, *, check: bool) -> None:
    """Draw every machine into FOLDER."""
    changed = stale(folder) if check else write(folder)
    for name in changed:
        click.echo(f"{'not fresh' if check else 'drawn'}: {folder / name}.mmd")
    if check and changed:
        raise click.ClickException("the tables have moved on; draw them again: make docs")


if __name__ == "__main__":
    main()
