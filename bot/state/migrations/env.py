"""Alembic's entry: one connection, handed in by `bot.schema`; all tables are known through their modules."""

import importlib
import pkgutil

from alembic import context

import bot.state
from bot.state.base import metadata

for module in pkgutil.iter_modules(bot.state.__path__):
    if not module.ispkg:
        importlib.import_module(f"bot.state.{module.name}")

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=False,  # the caller's transaction is the only one
    render_as_batch=True,
)
context.run_migrations()
