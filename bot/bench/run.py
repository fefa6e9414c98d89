"""The bench from its list of cases to its table: what `bihuan bench` does."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.bench import (
    answering,
    bed,
    boarding,
    inside,
    issuing,
    lists,
    manifests,
    photos,
    report,
    searching,
    sending,
    supplementing,
    taps,
    timers,
    weight,
)
from bot.bench.bed import Bench, Case
from bot.bench.figures import Figure
from bot.state.store import Unavailable

if TYPE_CHECKING:
    from rich.console import Console

CASES: dict[str, Case] = {
    "statements": inside.statements,
    "callback": inside.callbacks,
    "card": inside.cards,
    "help": weight.help_,
    "rest": weight.weight,
    "tap": taps.one_client,
    "crowd": taps.many_clients,
    "evenly": taps.evenly,
    "growth": taps.growth,
    "import": lists.imports,
    "sender": sending.sender,
    "due": timers.sweep,
    "photos": photos.photos,
    "answering": answering.photographs,
    "sought": searching.search,
    "supplement": supplementing.saves,
    "scan": issuing.scans,
    "boarding": boarding.scans,
    "boarding-growth": boarding.growth,
    "manifest": manifests.at_the_hotel,
    "finding": issuing.finds,
}
FOLDER = Path("bench-results")


class NoSuchCase(ValueError):
    """A name that is none of `CASES`."""

    def __init__(self, name: str) -> None:
        super().__init__(f"--only {name}: no such case; there are {', '.join(CASES)}")


def chosen(only: Sequence[str]) -> list[str]:
    """The names of the cases to run, in the bench's order; all when none is named. Raises `NoSuchCase`."""
    for name in only:
        if name not in CASES:
            raise NoSuchCase(name)
    return [name for name in CASES if not only or name in only]


def bench(only: Sequence[str], file: Path | None, console: "Console", *, quick: bool) -> bool:
    """Run the cases, show the table, write the JSON to `file` or under bench-results/; whether every case came through.

    A case that breaks off is said and written down; what the others measured is not lost with it.
    """
    names, started = chosen(only), bed.now()
    kinds = bed.engines()
    broken: dict[str, str] = {}
    found = list(_measure(names, kinds, console, broken, quick=quick))
    console.print(report.table(found))
    settings = {"cases": names, "quick": quick, "engines": kinds, "broken_off": broken}
    to = file or FOLDER / f"{started:%Y%m%d-%H%M%S}.json"
    report.write(to, found, started, settings)
    console.print(f"{to}" + (" (quick: sizes too small to quote)" if quick else ""), highlight=False)
    return not broken


def _measure(
    names: Sequence[str], kinds: tuple[str, ...], console: "Console", broken: dict[str, str], *, quick: bool
) -> Iterator[Figure]:
    with bed.workshop() as folder:
        made = Bench(folder, times=2 if quick else 5, quick=quick, engines=kinds)
        for name in names:
            with _said(name, console):
                try:
                    for figure in CASES[name](made):
                        console.print(report.line(figure), highlight=False, soft_wrap=True)
                        yield figure
                except (RuntimeError, OSError, Unavailable) as error:
                    broken[name] = str(error)
                    console.print(f"[red]{name} broke off:[/] {error}", soft_wrap=True)


@contextmanager
def _said(name: str, console: "Console") -> Iterator[None]:
    """On a terminal, which case is under way."""
    with console.status(f"{name} …"):
        started = datetime.now().astimezone()
        yield
    console.print(f"[dim]{name}: {(datetime.now().astimezone() - started).total_seconds():.0f} s[/]")
