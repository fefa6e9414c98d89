"""P5: a list from file to committed rows by `bihuan import contacts`, beside reading the same file and dropping it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.bench import bed, people, weight
from bot.bench.bed import Bench
from bot.bench.figures import Figure, Goal

READ_ONLY = """
import sys
from pathlib import Path
from integrations.cdc import lists
sum(1 for _ in lists.read(Path(sys.argv[1])))
"""
RATES = {"sqlite": 15_000, "postgres": 10_000}


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command went: seconds from start to end, and the most memory that it and its children held, MB."""

    seconds: float
    most: float


def imports(bench: Bench) -> Iterator[Figure]:
    """Each repetition takes the whole list into an empty city, in a process of its own."""
    count = bench.size(100_000, 2_000)
    files = [people.write_csv(bench.folder / "list.csv", count), people.write_xlsx(bench.folder / "list.xlsx", count)]
    for engine in bench.engines:
        for file in files:
            taken, read = [], []
            for _ in range(bench.times):
                read.append(_command(["-c", READ_ONLY, str(file)], {}))
                taken.append(_import(bench, engine, file))
            case, kind = f"P5 {engine}", f"{file.suffix[1:]}, {count:,} rows"
            ours, base = ([count / one.seconds for one in runs] for runs in (taken, read))
            yield _figure(case, f"import {kind}", "rows/s", ours, base, Goal(least=RATES[engine]))
            ours, base = ([one.most for one in runs] for runs in (taken, read))
            yield _figure(case, f"import {kind}, peak memory", "MB", ours, base, Goal(most=300))


def _figure(case: str, what: str, unit: str, ours: Iterable[float], base: Iterable[float], goal: Goal) -> Figure:
    return Figure(case, what, unit, tuple(ours), tuple(base), "reading only", goal)


def _import(bench: Bench, engine: str, file: Path) -> Ran:
    with bench.city(engine) as city:
        return _command(["-m", "bot", "import", "contacts", str(file)], bed.environment(city.url))


def _command(words: Sequence[str], env: dict[str, str]) -> Ran:
    """Run Python with these words to its end, looking at its memory four times a second: a look costs it 2 ms."""
    started, most = time.perf_counter(), 0.0
    process = subprocess.Popen(  # noqa: S603 -- this interpreter, with words of this package
        [sys.executable, *words], env={**os.environ, **env}, stdout=subprocess.DEVNULL
    )
    while process.returncode is None:
        family = (process.pid, *weight.children(process.pid))
        most = max(most, sum(weight.own(pid) for pid in family) / 1024)
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.25)
    seconds = time.perf_counter() - started
    if process.returncode:
        raise RuntimeError(f"python {' '.join(words)[:60]} ended with {process.returncode}")
    return Ran(seconds, most)
