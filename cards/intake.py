"""Words in the report about a list that has come in: places nobody can tell, contradictions."""

from collections.abc import Sequence


def place_unknown(candidates: Sequence[str], why: str) -> str:
    """Why a row has no community, and which could be meant."""
    maybe = f"（可能是：{'、'.join(candidates[:5])}）" if candidates else ""
    return f"{why}{maybe}；已存入待分派，可由疾控选定，或补全后重新导入"


def disputed(columns: Sequence[str]) -> str:
    """A second listing says otherwise; what was known stays."""
    return f"此人已在名单中，{'、'.join(columns)}与已有记录不一致；保留原记录，已交疾控核对"
