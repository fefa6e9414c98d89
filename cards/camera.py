"""What is said of photographs and scans that lead nowhere: why, that nothing was saved, and what will do instead."""

NO_CODE = "照片里没找到码，没有保存。\n请靠近、避光、擦镜头再拍一张，或直接输入卡面上的 8 位短码。"
_KEPT = "没有保存。\n请用「拍摄」重拍一张，或直接输入卡面上的 8 位短码。"
_REFUSED = {
    "empty": f"照片是空的，{_KEPT}",
    "too_large": f"照片超过 10 MB，{_KEPT}",
    "too_many_pixels": f"照片像素太多，读不了，{_KEPT}",
    "gif": f"这是动图（GIF），不是照片，{_KEPT}",
    "heic": f"这是 HEIC 格式，读不了，{_KEPT}",
    "svg": f"这是 SVG 图，不是照片，{_KEPT}",
    "other_kind": f"这个文件不是 JPG 或 PNG 照片，{_KEPT}",
    "broken": f"照片不完整或已损坏，{_KEPT}",
    "too_costly": f"这张照片处理不了，{_KEPT}",
    "gone": f"照片已过期或取不到，{_KEPT}",
    "not_fetched": "现在取不到照片，没有保存。\n请稍后重发，或直接输入卡面上的 8 位短码。",
}


def unread(reason: str) -> str:
    """Why a photograph gave no code: `reason` as the reader names it, "" when there was simply none to be found."""
    return _REFUSED.get(reason, NO_CODE)


def overtaken(expects: str) -> str:
    """The codes of a photograph that was sent at an earlier step."""
    return f"照片里的码读到了，但您已转到下一步，没有保存。\n{expects or '需要的话请重新扫码或拍照。'}"


def unasked(expects: str, *, photo: bool) -> str:
    """A code or a photograph came out of turn."""
    what = "照片" if photo else "码"
    return f"现在没有等着扫码的事，这{what}没有保存。\n{expects or '先发「发放物品」或「接人上车」，再扫码。'}"
