"""What every command at a terminal needs: settings, database and desk, and a plain refusal with its exit code."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from bot.app import Core

REFUSED, PARTLY = 2, 3


def settings(load: Callable[[], Any]) -> Any:
    """Settings, or exit 2 with a line for each variable."""
    from bot.config import BadSettings

    try:
        return load()
    except BadSettings as error:
        click.secho(str(error), fg="red", err=True)
        sys.exit(REFUSED)


def core(*, ready: bool = True) -> "Core":
    """Database and desk for the offline commands; exit 2 when settings or schema are not in order."""
    from bot import app, config
    from bot.state import rules, schema

    found = settings(config.load_store)
    try:
        house = app.core(found.bihuan_database_url, found.bihuan_secret_key.get_secret_value(), found.bihuan_rules)
    except rules.RulesRefused as error:
        refuse(str(error))
    click.get_current_context().call_on_close(house.store.close)
    if ready and (problems := schema.problems(house.store)):
        refuse("\n".join(problems))
    return house


def refuse(words: str) -> Any:
    """Say why not, and exit 2."""
    click.secho(words, fg="red", err=True)
    sys.exit(REFUSED)
