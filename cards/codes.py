"""What is said of a code that is not taken: why, in plain words, that nothing was saved, and what to do instead."""

CHANGED = "码不对：有一位与校验位不符，没有保存。\n请对照卡面重新输入，或直接扫码。"
LOOKALIKE = "本系统的码不用 0 O 1 I L，没有保存。\n请对照卡面看清这一位，或直接扫码。"
TRUNCATED = "码不完整，没有保存。\n请重新扫码，或输入卡面上的 8 位短码。"
FORGED = "这个码的签名不对，不是本系统印的，没有保存。\n请换一个，并把这个交给物资管理员。"
RETIRED_KEY = "这个码的签名密钥已停用，没有保存。\n请换用新印的码。"
UNKNOWN_KEY = "这个码是别的系统印的，没有保存。\n请换用本系统发放的防疫卡或手环。"
NOT_PRINTED = "没有登记过这个码，没有保存。\n请对照卡面核对，或联系物资管理员。"
NOT_REGISTERED = "这个码的批次未登记，没有保存。\n请联系物资管理员登记后再用。"
LINK = "这是一个网址，不是防疫卡或手环的码。\n没有打开，也没有保存，请扫卡上的码。"
CARD = "这是名片或联系方式的码，没有保存。\n请扫防疫卡或手环上的码。"
PAYMENT = "这是付款码，没有保存，也没有付款。\n请扫防疫卡或手环上的码。"
NETWORK = "这是无线网络的码，没有保存。\n请扫防疫卡或手环上的码。"
TOO_LONG = "这个码太长，不是防疫卡或手环的码，没有保存。\n请扫卡上的码。"
EMPTY = "没有读到码，没有保存。\n请扫码，或输入卡面上的 8 位短码。"


def retired(by: str, at: str, reason: str) -> str:
    """A band taken out of use: by whom, when and why."""
    why = f"（{reason}）" if reason else ""
    return f"这个码已于 {at} 由 {by} 停用{why}，没有保存。\n请换一个新的。"
