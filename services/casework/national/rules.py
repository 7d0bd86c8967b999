"""Where the national system and our register say otherwise of a household. Standard library only."""

from schemas.codes import Coded


class Difference(Coded):
    NOT_HERE = "not_here", "全国系统在监测，这里没有"
    NOT_THERE = "not_there", "这里在监测，全国系统没有"
    ELIMINATED_THERE = "eliminated_there", "全国系统已消除，这里还在监测"
    CATEGORY = "category", "监测对象类别不一致"


# What is to be done about it, in a sentence; a category changes only by the county's decision.
WHAT_NOW = {
    Difference.NOT_HERE: "请核对这一户是怎样纳入的。确实在监测的，请登记线索、建立识别档案。",
    Difference.NOT_THERE: "请核对是否已经录入全国系统。没有录入的，请补录。",
    Difference.ELIMINATED_THERE: "请核对消除的依据。",
    Difference.CATEGORY: "请核对以哪边为准。这里的类别只按县级审定改动。",
}


def difference_of(*, here: bool, there: bool, eliminated: bool) -> Difference:
    """Of a household that does differ: whether it is monitored `here` and `there`, and if not there,
    whether because its risk is `eliminated`.
    """
    if here and there:
        return Difference.CATEGORY
    if there:
        return Difference.NOT_HERE
    return Difference.ELIMINATED_THERE if eliminated else Difference.NOT_THERE
