"""The database's schema in time: Alembic's migrations run from code, and whether a database is up to date."""

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.state.store import Store

if TYPE_CHECKING:
    from alembic.config import Config

SCRIPTS = Path(__file__).parent / "migrations"
BEHIND = "数据库需要升级：请先运行 bihuan migrate"


def migrate(store: Store) -> None:
    """Bring the database to the newest schema; nothing happens when it is there already."""
    from alembic import command

    if store.sqlite and store.url.database:
        Path(store.url.database).parent.mkdir(parents=True, exist_ok=True)
    config = _config()
    with store.engine.begin() as conn:
        config.attributes["connection"] = conn
        command.upgrade(config, "head")


def problems(store: Store) -> list[str]:
    """One sentence for each thing that keeps the database from being used."""
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    try:
        with store.engine.begin() as conn:
            here = MigrationContext.configure(conn).get_current_heads()
    except sa.exc.DBAPIError as error:
        return [f"数据库不可写：{type(error.orig).__name__}"]
    wanted = ScriptDirectory.from_config(_config()).get_heads()
    return [] if set(here) == set(wanted) else [BEHIND]


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    return config
