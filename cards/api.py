"""What the CDC's HTTP door says when it refuses: what is the matter, and how to mend it."""

from typing import NamedTuple


class Words(NamedTuple):
    """One refusal in words: the matter and the cure."""

    what: str
    cure: str


BAD_CURSOR = Words("游标不对", "原样使用上次答复里的 next，第一次不写")
BAD_KEY = Words("缺少幂等键，或写法不对", "1–255 个可见 ASCII 字符，每份名单一个")
BAD_TOKEN = Words("令牌不对", "请求头写 Authorization: Bearer <令牌>")
BROKEN = Words("系统出错", "请稍后原样重发，仍不行请联系管理员")
BUSY = Words("系统繁忙，没有办完", "请稍后原样重发，名单用同一个幂等键")
CLOSED = Words("接口没有开放：BIHUAN_API_TOKEN 没有设置", "请管理员设置环境变量 BIHUAN_API_TOKEN 后重启")
KEY_REUSED = Words("这个幂等键已用于另一份名单，这份没有收下", "新名单请用新的幂等键；重发旧名单时正文不要改动")
NO_LENGTH = Words("没有说明正文长度", "请带上 Content-Length，不要分块传输")
TORN = Words("请求读不完整，没有收下", "请原样重发")


def bad_limit(most: int) -> Words:
    """Not a number of results that can be asked for."""
    return Words("数目不对", f"写 1 到 {most} 的整数")


def bad_type(workbook: str) -> Words:
    """Neither JSON nor a file we can read."""
    return Words("不认识这种正文", f"Content-Type 写 application/json、text/csv 或 {workbook}")


def not_taken(number: str) -> Words:
    """A defect of ours in one batch; the number leads the help desk to it."""
    return Words(f"系统出错，编号 {number}；此前各批已收下", "请把编号告诉管理员，处理后换新的幂等键重发")


def too_large(megabytes: int) -> Words:
    """More than the door takes at once."""
    return Words(f"正文超过 {megabytes} MB，没有收下", "请拆成几份名单，各用各的幂等键")
