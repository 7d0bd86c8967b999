"""Who says that two entries are one household, or which number an entry has: whoever may enter it."""

from kit.policy import Action, Policy, allow, within
from schemas.codes import Role
from services.village.register.policy import ORGANISERS

MEND = allow(*ORGANISERS, to=within("village"))

policy = Policy(
    doubles=Action("查看重复登记的农户", MEND),
    double=Action("查看农户登记", MEND, sensitive=True),
    renumber_household=Action("改户编号", MEND),
    merge_households=Action("并户", MEND),
    place_person=Action("核对一个人属于哪一户", MEND),
    mend_doubles=Action("核对重复登记的农户", allow(Role.TOWNSHIP_CLERK, to=within("village"))),
)
