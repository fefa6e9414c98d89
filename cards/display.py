"""What a member hears of 文字模式 and 卡片模式."""

from cards import words


def as_text() -> str:
    """文字模式."""
    return (
        f"已改为文字模式，已保存：卡片改成文字，回复数字办理。\n发「待核实」重新列出；改回请发「{words.CARD_MODE}」。"
    )


def as_cards() -> str:
    """卡片模式."""
    return f"已改为卡片模式，已保存：下一张起按卡片显示。\n看不到卡片请发「{words.TEXT_MODE}」。"


def already(said: str) -> str:
    """It was so before."""
    return "没有改动，本来就是这样。\n" + said.rpartition("\n")[2]
