"""The commands about people: `bihuan import shifts` and `bihuan member`."""

import sys
from pathlib import Path

import click

from bot import console


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def shifts(file: Path) -> None:
    """Take a roster from FILE (.csv with 账号,开始,结束): all of it, or none.

    For the members it names it replaces all shifts that have not begun. Exit 3 when it leaves a place unmanned.
    """
    from bot import intake

    try:
        taken = intake.shifts(console.core(), file)
    except intake.RosterRefused as refused:
        console.refuse("值班表没有导入，原来的值班表不变，请改好后再试：\n" + str(refused))
    past = f"，已过去的 {taken['past']} 个不算" if taken["past"] else ""
    click.echo(f"已导入 {taken['shifts']} 个班，涉及 {taken['members']} 人{past}。")
    for gap in taken["gaps"]:
        click.echo(f"  空档：{gap}")
    sys.exit(console.PARTLY if taken["gaps"] else 0)


@click.group()
def member() -> None:
    """Members of the directory."""


@member.command()
@click.argument("account")
@click.argument("mode", type=click.Choice(["card", "text"]))
def show(account: str, mode: str) -> None:
    """Show ACCOUNT cards as cards, or as text with numbers (for who cannot see cards)."""
    from bot.state import staff
    from bot.state.unit import Tx

    core = console.core()
    known = core.store.write(
        lambda conn: staff.set_mode(Tx(conn, core.keys, core.runner.now(), "cli"), account, staff.Mode(mode))
    )
    if not known:
        console.refuse(f"名册里没有账号 {account}，没有改动。")
    click.echo(f"{account} 今后收到{'文字' if mode == 'text' else '卡片'}，已保存。")
