"""The schema in time, run by `bot.state.schema`."""
