"""The database's schema in time: Alembic's migrations run from code, and whether a database is up to date."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.state.store import Store

if TYPE_CHECKING:
    from alembic.config import Config

SCRIPTS = Path(__file__).parent / "migrations"
BEHIND = "数据库需要升级：请先运行 bihuan migrate"


def migrate(store: Store, target: str = "head") -> None:
    """Bring the database to the newest schema; nothing happens when it is there already."""
    from alembic import command

    if store.sqlite and store.url.database:
        Path(store.url.database).parent.mkdir(parents=True, exist_ok=True)
    config = _config()
    with store.engine.connect() as conn, _parents_may_be_rebuilt(conn):
        config.attributes["connection"] = conn
        command.upgrade(config, target)


@contextmanager
def _parents_may_be_rebuilt(conn: sa.Connection) -> Iterator[None]:
    """One transaction in which SQLite lets a table be made anew under those that refer to it, all proved at its end.

    SQLite changes a constraint only by copying the table, and would take the children for orphans meanwhile; the switch
    works only outside a transaction.
    """
    if conn.dialect.name != "sqlite":
        with conn.begin():
            yield
        return
    driver: Any = conn.connection.dbapi_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        with conn.begin():
            yield
            if orphans := conn.exec_driver_sql("PRAGMA foreign_key_check").all():
                raise sa.exc.IntegrityError("migrate", None, ValueError(f"{len(orphans)} rows without their parent"))
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


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
