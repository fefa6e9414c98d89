"""The `bihuan` command. Every command says what it did; exit 0 done, 2 refused, 3 done in part.

Heavy modules are imported inside the commands, so that `bihuan --help` answers at once.
"""

import sys
from pathlib import Path
from typing import Any

import click

from bot import lawbook, personnel
from bot.console import PARTLY, REFUSED
from bot.console import core as _core
from bot.console import refuse as _refuse
from bot.console import settings as _settings

_KINDS = {"refused": "拒收", "unplaced": "待分派", "conflict": "有出入"}


class _Commands(click.Group):
    """The commands, with a plain sentence instead of a stack trace for what an operator can mend."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if (words := _mendable(error)) is None:
                raise
            _refuse(words)


def _mendable(error: Exception) -> str | None:
    """What to say of an error that is the machine's or the file system's, or None for one that is ours."""
    from sqlalchemy.exc import DBAPIError

    from bot.listing import NotTaken
    from bot.reading import Torn
    from bot.state.store import Unavailable
    from bot.state.supply import NotSupplied

    if isinstance(error, NotSupplied):
        return str(error)
    if isinstance(error, Unavailable | DBAPIError):
        cause = type(error.orig).__name__ if isinstance(error, DBAPIError) else str(error)
        return f"数据库现在写不进去（{cause}），没有写入的部分请稍后再试；检查 BIHUAN_DATABASE_URL 和磁盘空间。"
    if isinstance(error, NotTaken):
        return f"有一批名单没有收下（编号 {error.number}），之前的批次已保存；请告知管理员，之后重新导入同一文件。"
    if isinstance(error, Torn):
        return f"名单没有读完（编号 {error.number}），之前的批次已保存；请告知管理员，之后重新导入同一文件，不会重复。"
    if isinstance(error, OSError):
        return f"文件读写失败：{error.filename or ''} {error.strerror or error}。请检查路径和权限。"
    return None


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="bihuan")
def main() -> None:
    """闭环 Bihuan: a WeCom bot that loses nobody between a contact list and the quarantine hotel."""


@main.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    from bot.state import schema

    core = _core(ready=False)
    schema.migrate(core.store)
    click.echo("数据库已是最新结构。")


# ── imports ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@main.group("import")
def import_() -> None:
    """Take a directory or a list of contacts."""


@import_.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def directory(folder: Path) -> None:
    """Take areas.csv, staff.csv, hotels.csv and stock.csv from FOLDER: all of it, or none."""
    from bot import intake
    from bot.state.directory import DirectoryRefused

    core = _core()
    try:
        taken = intake.directory(core, folder)
    except DirectoryRefused as refused:
        _refuse("名册没有导入，请改好后再试：\n" + str(refused))
    click.echo(f"已导入：区域 {taken.areas}，人员 {taken.staff}，酒店 {taken.hotels}；停用人员 {taken.deactivated}。")


@import_.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Write the marked file here.")
def contacts(file: Path, report: Path | None) -> None:
    """Take a list of contacts from FILE (.xlsx or .csv).

    Exit 0 all taken, 3 some rows refused, 2 the file refused. People whose community is not plain, and contradictions
    to what is known, are taken and listed too.
    """
    from rich.console import Console

    from bot import intake, reading
    from integrations.cdc.lists import ListRefused

    with reading.opened(file) as source:  # a second process gets ready while this one does
        try:
            result = intake.take(_core(), source, Console(stderr=True))
        except ListRefused as refused:
            _refuse(f"名单没有导入：{refused}")
    click.echo(result.summary)
    for one in result.report:
        click.echo(f"  {_KINDS[one.kind]} {one}")
    if report is not None and result.problems:
        intake.mark(file, report, result)
        click.echo(f"已写出带「错误原因」的文件：{report}")
    sys.exit(PARTLY if result.problems else 0)


# ── codes ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

_OUT = click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Where it goes.")


@main.command()
@click.option("--count", type=int, help="How many new codes.")
@click.option("--reprint", metavar="BATCH", help="Print this batch again instead: codes nobody was ever bound to.")
@click.option("--only", multiple=True, metavar="CODE", help="Of a reprint these codes alone; may be repeated.")
@_OUT
@click.option("--sheet", type=click.Choice(["a4", "band"]), default="a4", show_default=True, help="3×8, or 25×250 mm.")
@click.option("--format", "form", type=click.Choice(["html", "csv"]), default="html", show_default=True)
@click.option("--list", "listed", type=click.Path(dir_okay=False, path_type=Path), help="A list as well, at once.")
def labels(
    count: int | None, reprint: str | None, only: tuple[str, ...], out: Path, sheet: str, form: str, listed: Path | None
) -> None:
    """Print codes for cards and wristbands: sheets for a browser, or a list of code,payload."""
    from bot import supplies

    if (count is None) == (reprint is None):
        _refuse("请给出 --count（印新码）或 --reprint（重印），二者选一。")
    core, outs = _core(), {out: supplies.Paper("csv" if form == "csv" else sheet)}
    outs |= {listed: supplies.Paper.CSV} if listed else {}
    if reprint is None:
        click.echo(f"已印批次 {supplies.print_labels(core, count or 0, outs)}，共 {count} 个码：{out}")
    else:
        click.echo(f"已重印批次 {reprint} 的 {supplies.reprint(core, reprint, only, outs)} 个码：{out}")


@main.group()
def batch() -> None:
    """Batches of codes: ours and other makers'."""


@batch.command("list")
def list_() -> None:
    """Every batch: how many codes lie ready, are worn, were retired."""
    from rich.console import Console
    from rich.table import Column, Table

    from bot import supplies

    shown = Table(
        Column("批次", no_wrap=True), "厂家", "状态", "总数", "未绑定", "已绑定", "已撤销", "已停用", "印次", "日期"
    )
    rows = supplies.table(_core())
    for row in rows:
        shown.add_row(*row)
    console = Console(width=None if sys.stdout.isatty() else 170)
    console.print(shown if rows else "还没有批次。用 bihuan labels --count 24 --out 标签.html 印第一批。")


@batch.command()
@click.argument("name")
@click.option("--maker", required=True, help="2-16 capitals and digits, such as RFID.")
@click.option("--form", required=True, help="A regular expression each code matches whole; one group is what counts.")
@click.option("--codes", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A file, one code a line.")
@click.option("--range", "span", default="", help="Or a range, such as RF00001..RF02000.")
def register(name: str, maker: str, form: str, codes: Path | None, span: str) -> None:
    """Register another maker's batch NAME; only then are its codes taken."""
    from bot import supplies

    click.echo(f"已登记批次 {name}，共 {supplies.register(_core(), name, maker, form, codes, span)} 个码。")


@batch.command()
@click.argument("name")
@click.option("--reason", required=True, help="Why; staff who scan one of its codes will read it.")
def retire(name: str, reason: str) -> None:
    """Take batch NAME out of use: codes nobody wears are refused from now on."""
    from bot import supplies

    click.echo(f"已停用批次 {name}：{supplies.retire(_core(), name, reason)} 个未佩戴的码作废，佩戴中的继续有效。")


import_.add_command(personnel.shifts)
main.add_command(personnel.member)
main.add_command(lawbook.rules)


# ── WeCom and running ─────────────────────────────────────────────────────────────────────────────────────────────────


@main.group()
def menu() -> None:
    """The app's menu in WeCom."""


@menu.command()
def publish() -> None:
    """Publish the menu; it replaces the one that is there."""
    from bot import app, config
    from integrations.wecom.errors import WeComError

    settings = _settings(config.load)
    try:
        entries = app.publish_menu(settings)
    except WeComError as error:
        _refuse(f"菜单没有发布：{error} {error.cure}")
    click.echo(f"菜单已发布，共 {entries} 项；成员重新进入应用后可见。")


@main.command()
@click.option("--web-only", is_flag=True, help="Only answer HTTP; sender and scheduler run in `bihuan worker`.")
@click.option("--threads", default=16, show_default=True, help="Threads answering HTTP.")
def serve(web_only: bool, threads: int) -> None:
    """Answer WeCom, send and keep time: the whole bot in one process (or its web half)."""
    from bot import app, config, serving

    settings = _settings(config.load)
    _check_ready(settings)
    serving.run(lambda: app.build(settings), settings.bihuan_host, settings.bihuan_port, threads, web_only=web_only)


@main.command()
def worker() -> None:
    """Send and keep time, without HTTP; any number may run."""
    from bot import app, config, serving

    settings = _settings(config.load)
    _check_ready(settings)
    serving.run_worker(app.build(settings))


def _check_ready(settings: Any) -> None:
    """Refuse to start on a database that is behind, with the command to run."""
    from bot.state import rules, schema
    from bot.state.store import Store

    store = Store(settings.bihuan_database_url)
    try:
        rules.load(settings.bihuan_rules)
        found = schema.problems(store)
    except rules.RulesRefused as error:
        _refuse(str(error))
    finally:
        store.close()
    if found:
        _refuse("\n".join(found))


@main.command()
@click.option("--port", default=8400, show_default=True, help="Where the phones are.")
@click.option("--bot-port", default=8000, show_default=True, help="Where the bot answers.")
@click.option("--reset", is_flag=True, help="Forget what earlier demos did.")
@click.option("--folder", default="var/demo", show_default=True, type=click.Path(file_okay=False, path_type=Path))
def demo(port: int, bot_port: int, reset: bool, folder: Path) -> None:
    """A whole world on this machine: bot, sandbox, directory and a list. Needs no WeCom corp. Ctrl-C ends it."""
    from bot.demo import world

    world.run(folder, port, bot_port, reset=reset)


@main.command()
@click.option("--only", multiple=True, metavar="NAME", help="This case alone; may be repeated.")
@click.option("--quick", is_flag=True, help="Small sizes, two repetitions: shows that it works, not how fast.")
@click.option("--json", "file", type=click.Path(dir_okay=False, path_type=Path), help="Where the figures go.")
def bench(only: tuple[str, ...], quick: bool, file: Path | None) -> None:
    """Measure speed and memory beside their baselines, in databases of its own. It wants a quiet machine."""
    from rich.console import Console

    from bot.bench import run

    try:
        whole = run.bench(only, file, Console(width=None if sys.stdout.isatty() else 170), quick=quick)
    except run.NoSuchCase as error:
        _refuse(str(error))
    sys.exit(0 if whole else PARTLY)


@main.command()
@click.argument("ids", nargs=-1)
def manifests(ids: tuple[str, ...]) -> None:
    """List the manifests that a hotel's system could not be told of (exit 3 if any), or tell it again of IDS."""
    from bot import pushes

    lines, left = pushes.again(_core(), ids) if ids else pushes.lost(_core())
    click.echo("\n".join(lines))
    sys.exit(PARTLY if left else 0)


@main.group()
def journal() -> None:
    """The journal."""


@journal.command()
def verify() -> None:
    """Check every chain and seal of the journal; exit 2 when one is broken."""
    from bot.state import journal as law

    core = _core()
    with core.store.read() as conn:
        breaks = law.verify(conn, core.keys.audit)
    for one in breaks:
        click.echo(f"{one.entity} #{one.n}: {one.what}")
    if breaks:
        sys.exit(REFUSED)
    click.echo("日志链完整。")
