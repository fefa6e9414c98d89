"""The kind no: sentences for what cannot be done, always saying that nothing has changed."""

BEING_CORRECTED = "社区已在更正这条反馈，没有退回。"
FOREIGN_BUTTON = "这个按钮已经失效，没有改动。\n发「待核实」查看您现在的任务。"
GONE = "对方已不在名册中。没有改动。"
NOBODY = "这件事只能由人来做。没有改动。"
NOT_A_COLLEAGUE = "这位同事不在本社区名册中，没有转交。"
NOT_CORRECTABLE = "这条反馈现在不能更正，没有改动。\n请联系疾控退回后再办。"
NOT_OFFERED = "这个选项不在卡片上，没有保存。\n请重新选择。"
NOT_STANDING = "这条反馈已被退回或撤销，没有可撤销的。没有改动。"
NOT_YOURS = "这条反馈不是您提交的，没有撤销。"
RECEIVED_MEANWHILE = "疾控已接收，不能撤销。没有改动。\n请点「更正」。"
STRANGER = "您还不在本系统的名册中，没有办理任何事项。\n请联系本社区负责人登记后再试。"
TOO_LATE_TO_UNDO = "已超过 2 分钟，不能撤销。没有改动。\n请点「更正」。"
UNKNOWN = "没有找到这条记录，可能已归档。没有改动。"
UNKNOWN_AREA = "没有这个社区。没有改动。"
USE_WITHDRAW = "转发请在转发卡片上点「撤回」。没有改动。"


def broken(number: str) -> str:
    """A defect of ours; the number leads the help desk to it."""
    return f"系统出错，这一步没有保存。\n已记下编号 {number}，请稍后再试或联系管理员。"
