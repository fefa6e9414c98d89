"""The bench's findings as a table for people and as JSON for machines."""

import json
import os
import platform
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.bench.figures import Figure, shown

if TYPE_CHECKING:
    from rich.table import Table

PACKAGES = ("sqlalchemy", "flask", "gunicorn", "wechatpy", "psycopg", "cryptography", "python-calamine")
MARKS = {True: "[green]met[/]", False: "[red]missed[/]", None: ""}


def table(figures: Sequence[Figure]) -> "Table":
    """One line a figure: ours, baseline, ratio, goal."""
    from rich.table import Table

    made = Table(title="Bihuan beside its baselines: medians; ratio = ours ÷ baseline of the same run")
    for heading in ("case", "what", "ours", "baseline", "ratio", "against", "goal", ""):
        number = heading in ("ours", "baseline", "ratio")
        made.add_column(heading, justify="right" if number else "left", no_wrap=number or heading == "case")
    previous = ""
    for one in figures:
        if previous not in ("", one.case):
            made.add_section()
        made.add_row(*_cells(one))
        previous = one.case
    return made


def line(one: Figure) -> str:
    """The same as one plain line, printed while the bench goes on."""
    case, what, ours, beside, ratio, against, goal, _ = _cells(one)
    tail = f" · {against} {beside} · {ratio}" if beside else ""
    judged = "" if one.met is None else f" · goal {goal} {'met' if one.met else 'MISSED'}"
    return f"{case}: {what}: {ours}{tail}{judged}"


def _cells(one: Figure) -> list[str]:
    beside = f"{shown(one.beside)} {one.unit}" if one.beside is not None else ""
    ratio = f"{shown(one.ratio)} ×" if one.ratio is not None else ""
    ours = f"{shown(one.median)} {one.unit}"
    return [one.case, one.what, ours, beside, ratio, one.against, str(one.goal), MARKS[one.met]]


def write(path: Path, figures: Sequence[Figure], started: datetime, settings: Mapping[str, Any]) -> None:
    """Everything measured, every repetition, and on what: enough to compare two runs by a script."""
    path.parent.mkdir(parents=True, exist_ok=True)
    found = {
        "started": started.isoformat(timespec="seconds"),
        "settings": dict(settings),
        "machine": _machine(),
        "figures": [one.as_json() for one in figures],
    }
    path.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _machine() -> dict[str, Any]:
    versions = {name: metadata.version(name) for name in PACKAGES}
    return {
        "python": platform.python_version(), "system": platform.system(), "machine": platform.machine(),
        "cores": os.cpu_count(), "load": round(os.getloadavg()[0], 2), "sqlite": sqlite3.sqlite_version,
    } | versions  # fmt: skip
