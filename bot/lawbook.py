"""The commands about rule packs: `bihuan rules check` and `bihuan rules diff`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot import console

if TYPE_CHECKING:
    from bot.state.dry_run import Change

_CLASSES = {"close": "密接", "other": "非密接"}
_PACKS = click.Path(exists=True, path_type=Path)


@click.group()
def rules() -> None:
    """Rule packs: deadlines, durations, categories, by the day from which they hold."""


@rules.command()
@click.argument("where", type=_PACKS, required=False, metavar="[DIR]")
def check(where: Path | None) -> None:
    """Check every pack of DIR (by default the one in use); exit 2 with file, key and cure for what is wrong."""
    from bot import config
    from bot.state import rules as law

    packs, wrong = law.read(where or console.settings(config.load_store).bihuan_rules)
    for pack in sorted(packs, key=lambda one: one.valid_from):
        click.echo(f"{pack.valid_from} 起：{pack.name}")
    if wrong:
        console.refuse("\n".join(wrong))
    click.echo(f"共 {len(packs)} 套规则，都可以使用。")


@rules.command()
@click.argument("before", type=_PACKS)
@click.argument("after", type=_PACKS)
def diff(before: Path, after: Path) -> None:
    """Who would be treated otherwise under AFTER than under BEFORE (folders or single packs). Nothing is changed."""
    from bot.state import dry_run
    from bot.state import rules as law
    from bot.state.unit import Tx
    from cards import mask
    from cards.reminders import STEPS

    core = console.core()
    try:
        old, new = law.load(before), law.load(after)
    except law.RulesRefused as no:
        console.refuse(str(no))
    with core.store.read() as conn:
        tx = Tx(conn, core.keys, core.runner.now(), "cli")
        people, deadlines = list(dry_run.people(tx, old, new)), dry_run.deadlines(tx, old, new)
    for one in people:
        click.echo(f"{mask.name(one.name)} {one.area_code} {_said(one)}（{one.packs[0]} → {one.packs[1]}）")
    for step, count in deadlines.items():
        click.echo(f"{STEPS[step]}：{count} 项的时限不同")
    click.echo(f"共 {len(people)} 人、{sum(deadlines.values())} 项时限会改变；这是预演，没有改动。")


def _said(one: "Change") -> str:
    """What would be otherwise, in words."""
    said = []
    if one.release is not None:
        first, then = (str(end) if end else "没有末次暴露日期" for end in one.release)
        said.append(f"居家至 {first} → {then}")
    if one.classes is not None:
        first, then = (_CLASSES.get(each, "未列入") for each in one.classes)
        said.append(f"转运类型 {first} → {then}")
    return "，".join(said)
