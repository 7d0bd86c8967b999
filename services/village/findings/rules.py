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
