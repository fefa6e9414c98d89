"""The bot: doors, desk, scenarios, law and memory. Floors and laws stand in docs/architecture.md."""
