"""Time: ladders, digests, rule packs and calendars."""
