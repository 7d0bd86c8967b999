"""An invented county of two townships and five villages, and who acts in it."""

from datetime import date, datetime

from kit.actor import Actor
from kit.clock import ZONE
from rulebook.ids import make_id
from schemas.codes import Role, Stratum
from schemas.values import Member
from services.village.register.forms import DivisionDraft, GroupDraft, HouseholdDraft

COUNTY = "990121000000"
HEWAN, QINGLING = "990121100000", "990121200000"
SHIQIAO, MAJIA, BAISHUI = "990121100201", "990121100202", "990121100203"
YUNTAI = "990121200201"
MONTH = "2026-09"

DIVISIONS = [
    DivisionDraft(division=code, name=name)
    for code, name in (
        ("990121", "守望县"),
        (HEWAN, "河湾镇"),
        (QINGLING, "青岭乡"),
        (SHIQIAO, "石桥村"),
        (MAJIA, "马家村"),
        (BAISHUI, "白水村"),
        (YUNTAI, "云台村"),
    )
]
GROUPS = [
    GroupDraft(
        village=village,
        group=f"{number:02}",
        leader=f"组长{village[-1]}{number}",
        phone=f"1600000{at:04}",
    )
    for at, village in enumerate((SHIQIAO, MAJIA, BAISHUI, YUNTAI))
    for number in (1, 2, 3, 4)
]


def person(
    name: str, seq: int, relationship: str = "户主", born: date = date(1970, 1, 1)
) -> Member:
    return Member(name=name, id_number=make_id("990121", born, seq), relationship=relationship)


def household(
    number: str, village: str, group: str, name: str, seq: int, *, size: int | None = None
) -> HouseholdDraft:
    return HouseholdDraft(
        number=number,
        village=village,
        group=group,
        stratum=Stratum.EX_POOR,
        members=[person(name, seq), person(f"{name}之妻", (seq + 500) % 1000, "配偶")],
        size=size,
    )


HOUSEHOLDS = [
    household("H1", SHIQIAO, "01", "陈红梅", 1),
    household("H2", SHIQIAO, "01", "刘强丽", 2),
    household("H3", SHIQIAO, "02", "张珍", 3),
    household("H4", MAJIA, "03", "王军", 4),
    household("H5", YUNTAI, "01", "董秀敏", 5),
]


def at(day: int, hour: int = 9, month: int = 9) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=ZONE)


def on(day: int, month: int = 9) -> date:
    return date(2026, month, day)


def who(role: Role, place: str = COUNTY, name: str = "试用人") -> Actor:
    return Actor(f"{role.value.lower()}-{place}", name, role, place)


OFFICE = who(Role.COUNTY_CLERK, name="县经办")
ADMINISTRATOR = who(Role.ADMINISTRATOR, name="管理员")
LEADER = who(Role.GROUP_LEADER, f"{SHIQIAO}/01", "罗春明")
CLERK = who(Role.VILLAGE_CLERK, SHIQIAO, "石桥文书")
MAJIA_CLERK = who(Role.VILLAGE_CLERK, MAJIA, "马家文书")
TOWNSHIP_CLERK = who(Role.TOWNSHIP_CLERK, HEWAN, "河湾专干")
HEAD = who(Role.TOWNSHIP_HEAD, HEWAN, "徐梅杰")
OTHER_HEAD = who(Role.TOWNSHIP_HEAD, QINGLING, "林娟涛")
HELPER = who(Role.HELPER, "U001-02", "张贵德")

# Why a nil is declared with groups silent, and why a township signs with villages silent.
ASKED, UNWAITED = "各组组长已逐一打电话问过", "文书住院，名单随后补报"
