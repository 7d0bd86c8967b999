"""What a comparison's answers are called, and who answers by sheet alone."""

from schemas.codes import Coded


class Answer(Coded):
    """What a department says of a household. Silence (未反馈) is no answer and never one of these."""

    CLEAR = "clear", "无疑点"
    DOUBT = "doubt", "疑点"


class Recheck(Coded):
    """What the township found of a doubt."""

    DISPELLED = "dispelled", "疑点排除"
    CONFIRMED = "confirmed", "疑点属实"


class OnlyCompares(Coded):
    """Departments that have no orders to do and no account: they are asked and answer by sheet (A10)."""

    PUBLIC_SECURITY = "public-security", "公安局"
    REAL_ESTATE = "real-estate", "不动产登记中心"
    MARKET = "market-regulation", "市场监督管理局"
    FINANCE = "finance", "财政局"
    TAXATION = "taxation", "税务局"


UNANSWERED = "未反馈"
UNCHECKED = "未复核"
