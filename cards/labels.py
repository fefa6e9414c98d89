"""What is printed beside a code, and above the sheet on the screen: nothing about any person."""

CARD = "防疫卡"
BAND = "隔离手环"
ADVICE = "打印：缩放 100%，边距「无」，勾选「背景图形」；A4 标签纸 3×8（70×37 mm）或腕带纸 25×250 mm。本行不会印出。"


def title(batch: str, count: int) -> str:
    """The sheet's title, which a browser proposes as the name of the printed file."""
    return f"防疫卡与手环 {batch}（{count} 张）"


def foot(batch: str) -> str:
    """The small line under the code: where it comes from, and that it is spelled without look-alikes."""
    return f"批次 {batch} · 无 0 O 1 I L"
