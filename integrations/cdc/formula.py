"""Text that a spreadsheet would run as a formula, made harmless on the way out and plain again on the way in."""

STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""With these a spreadsheet, or one that folds full width, takes a text for a formula."""


def quoted(text: str) -> str:
    """`text` with a `'` in front if it begins like a formula."""
    return f"'{text}" if text.startswith(STARTS) else text


def unquoted(text: str) -> str:
    """`text` without the `'` that `quoted` put there; any other `'` stays."""
    return text[1:] if text[:1] == "'" and text.startswith(STARTS, 1) else text
