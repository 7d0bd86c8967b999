"""What a file's states, actions and clocks are called."""

from schemas.codes import Coded, LeadChannel


class FileState(Coded):
    """Where a household's identification stands."""

    CONSENT = "consent", "承诺授权"
    VERIFY = "verify", "入户核实"
    ASSESS = "assess", "民主评议"
    REVISIT = "revisit", "入户复核"
    POST = "post", "待公示"
    NOTICE = "notice", "公示中"
    POST_TOWNSHIP = "post_township", "待乡镇公示"
    NOTICE_TOWNSHIP = "notice_township", "乡镇公示中"
    REVIEW = "review", "乡镇审核"
    DECIDE = "decide", "县级审定"
    ANNOUNCE = "announce", "待公告"
    REGISTER = "register", "待录入"
    ADMITTED = "admitted", "已纳入"
    NOT_ADMITTED = "not_admitted", "不予纳入"
    GIVEN_UP = "given_up", "自愿放弃"
    LAPSED = "lapsed", "自然减少"


class FileAction(Coded):
    """What happens to a file. A step's action moves it on; the last four only stand in its history."""

    OPEN = "open", "建档"
    CONSENT = "consent", "取得承诺授权"
    VERIFY = "verify", "登记入户核实"
    CARRY = "carry", "评议通过"
    NOT_CARRY = "not_carry", "评议未通过"
    REVISIT = "revisit", "登记入户复核"
    POST = "post", "张贴公示"
    CLOSE_NOTICE = "close_notice", "公示结束"
    POST_TOWNSHIP = "post_township", "张贴乡镇公示"
    CLOSE_TOWNSHIP = "close_township", "乡镇公示结束"
    APPROVE = "approve", "乡镇审核同意"
    NOT_APPROVE = "not_approve", "乡镇审核不同意"
    SEND_BACK = "send_back", "退回乡镇复核"
    REASSESS = "reassess", "退回重新评议"
    ADMIT = "admit", "审定纳入"
    NOT_ADMIT = "not_admit", "不予纳入"
    ANNOUNCE = "announce", "公告"
    REGISTER = "register", "录入系统"
    GIVE_UP = "give_up", "自愿放弃"
    LAPSE = "lapse", "自然减少"
    GREEN = "green", "同意走绿色通道"
    JOIN = "join", "并入线索"
    ATTACH = "attach", "对上农户名册"
    NOTE = "note", "记录"
    FALL_OVERDUE = "fall_overdue", "超过期限"


class FileClock(Coded):
    """What is waited for; its due day is the file's `<code>_due`."""

    VERIFY = "verify", "入户核实"
    ASSESS = "assess", "民主评议"
    REVISIT = "revisit", "入户复核"
    POST = "post", "张贴公示"
    NOTICE = "notice", "公示"
    POST_TOWNSHIP = "post_township", "张贴乡镇公示"
    NOTICE_TOWNSHIP = "notice_township", "乡镇公示"
    REVIEW = "review", "乡镇审核"
    DECIDE = "decide", "县级审定"
    ANNOUNCE = "announce", "公告"
    TOTAL = "total", "识别全程"
    BACKFILL = "backfill", "补办程序"


ENDS = (FileState.ADMITTED, FileState.NOT_ADMITTED, FileState.GIVEN_UP, FileState.LAPSED)

# By which line of `identify.verify_limit` a channel's household is visited. What the network did not
# yet do of a verification is done within the limit of what the county hands down.
VERIFIED_BY = {
    LeadChannel.NETWORK: "COUNTY_PUSH",
    LeadChannel.SELF_REPORT: "SELF_REPORT",
    LeadChannel.CADRE: "CADRE",
    LeadChannel.COUNTY_PUSH: "COUNTY_PUSH",
}

# Where a step is done by list, or for one file ({id}); a step that is not named here stands on the
# board. Acts by list are one task for all their households.
STEP_PAGES: dict[FileState, str] = {
    FileState.CONSENT: "/casework/files/{id}/consent",
    FileState.VERIFY: "/casework/files/{id}/verification",
    FileState.REVISIT: "/casework/files/{id}/verification",
    FileState.ASSESS: "/casework/assessments",
    FileState.POST: "/casework/notices",
    FileState.NOTICE: "/casework/notices",
    FileState.POST_TOWNSHIP: "/casework/notices",
    FileState.NOTICE_TOWNSHIP: "/casework/notices",
    FileState.REVIEW: "/casework/reviews",
    FileState.DECIDE: "/casework/decisions",
    FileState.ANNOUNCE: "/casework/announcements",
    FileState.REGISTER: "/casework/entries",
}
BY_LIST = (
    FileState.ASSESS,
    FileState.POST,
    FileState.NOTICE,
    FileState.POST_TOWNSHIP,
    FileState.NOTICE_TOWNSHIP,
    FileState.REVIEW,
    FileState.DECIDE,
    FileState.ANNOUNCE,
    FileState.REGISTER,
)


def file_number(county: str, month: str, number: int) -> str:
    """SB-990121-202609-0001"""
    return f"SB-{county[:6]}-{month.replace('-', '')}-{number:04}"
