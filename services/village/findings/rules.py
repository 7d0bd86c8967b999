"""How far a finding has come."""

from schemas.codes import Coded


class Stage(Coded):
    """How far a finding has come on its way up. Never deleted: a leader who takes it back leaves it
    withdrawn.
    """

    WITHDRAWN = "withdrawn", "已收回"
    REPORTED = "reported", "待村审核"
    REVIEWED = "reviewed", "村已审核"
    RECHECKED = "rechecked", "乡镇已复核"
    AT_COUNTY = "at_county", "已报县"


class Step(Coded):
    """What an open finding waits for next; each step has one owner (states.md, a finding)."""

    REVIEW = "review", "待村审核"  # the village's clerk (N-07)
    LIST = "list", "待村上报"  # the village's clerk (N-06)
    URGENT = "urgent", "待乡镇签发紧急情况"  # the township's head (I-13)
    RECHECK = "recheck", "待乡镇复核"  # the township's clerk
    SIGNATURE = "signature", "待乡镇签发名单"  # the township's head (N-08)


class Place(Coded):
    """With whom a finding is, whatever list it stands on."""

    VILLAGE = "village", "还在村里"
    TOWNSHIP = "township", "已到乡镇"
    COUNTY = "county", "已报县"


class Change(Coded):
    """What took the place of words that a finding had."""

    MENDED = "mended", "改写"
    REPORTED = "reported", "再次报告"
    REVIEWED = "reviewed", "村审核时改写"
    WITHDRAWN = "withdrawn", "收回"
