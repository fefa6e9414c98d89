"""Words about a list that has come in: places nobody can tell, contradictions, what the CDC must assign."""

from collections.abc import Sequence


def unplaced(count: int) -> str:
    """Told to the CDC: people whose community could not be told."""
    return f"新名单有 {count} 人社区不明，已存入「待分派」，尚未推送。\n请在名单里补全区、街道、社区后重新导入。"


def place_unknown(candidates: Sequence[str], why: str) -> str:
    """Why a row has no community, and which could be meant."""
    maybe = f"（可能是：{'、'.join(candidates[:5])}）" if candidates else ""
    return f"{why}{maybe}；已存入待分派，请补全后重新导入"


def disputed(columns: Sequence[str]) -> str:
    """A second listing says otherwise; what was known stays."""
    return f"此人已在名单中，{'、'.join(columns)}与已有记录不一致；保留原记录，请核对"
