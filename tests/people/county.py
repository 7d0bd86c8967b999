"""A small county: two townships, four villages, eight households, two units, three departments; and
everybody who acts in it.
"""

from datetime import date

from kit.actor import Actor
from rulebook.ids import make_id
from schemas.codes import Role, Stratum
from schemas.values import Member
from services.county.organisation.forms import TeamForm
from services.dispatch.departments.forms import DepartmentEntry
from services.unit.organisation.forms import AssignmentRow, HelperRow, UnitRow
from services.village.register.forms import DivisionDraft, GroupDraft, HouseholdDraft

COUNTY = "990121000000"
HEWAN, QINGLING = TOWNSHIPS = ("990121100000", "990121200000")
VILLAGES = ("990121100201", "990121100202", "990121200201", "990121200202")
# The first village has two groups, the others one.
GROUPS = tuple(
    f"{village}/{group}" for village, group in [(VILLAGES[0], "02"), *((v, "01") for v in VILLAGES)]
)
UNITS = ("U001", "U002")
HELPERS = ("U001-01", "U001-02", "U002-01")
TEAM = "D1"
DEPARTMENTS = ("housing", "health-insurance", "civil-affairs")
HOUSEHOLDS = tuple(f"H{number}" for number in range(1, 9))
NAMES = dict(
    zip(
        HOUSEHOLDS,
        ("陈红梅", "刘强丽", "张珍", "王军", "董秀敏", "曹刚秀", "袁洋", "吕志杰"),
        strict=True,
    )
)
STRANGERS = ("田一生", "田二生")  # in no register
WITNESS, TELEPHONE = "夏晓禾", "16000007777"  # whom people name in what they write


def group_of(number: str) -> str:
    """`<village>/<group>` of a household of the register."""
    at = HOUSEHOLDS.index(number)
    return f"{VILLAGES[at // 2]}/{'02' if at == 1 else '01'}"


def village_of(number: str) -> str:
    return group_of(number)[:12]


def helper_of(number: str) -> str:
    return HELPERS[HOUSEHOLDS.index(number) % len(HELPERS)]


def township_of(village: str) -> str:
    return village[:9] + "000"


def id_number(name: str) -> str:
    people = [*NAMES.values(), *STRANGERS]
    return make_id("990121", date(1970, 1, 1), people.index(name) + 1)


def told(words: str) -> str:
    """As people write: with a name, a number and a telephone."""
    return f"{words}（{WITNESS}，{make_id('990121', date(1980, 1, 1), 1)}，{TELEPHONE}）"


def who(role: Role, place: str = COUNTY) -> Actor:
    return Actor(f"{role.value.lower()}-{place}", f"{role.label}{place[-4:]}", role, place)


CLERK, LEADER = who(Role.COUNTY_CLERK), who(Role.COUNTY_LEADER)
SUPERVISOR = who(Role.SUPERVISOR, TEAM)
PLACES = {
    Role.GROUP_LEADER: GROUPS,
    Role.VILLAGE_CLERK: VILLAGES,
    Role.TOWNSHIP_CLERK: TOWNSHIPS,
    Role.TOWNSHIP_HEAD: TOWNSHIPS,
    Role.HELPER: HELPERS,
    Role.UNIT_CLERK: UNITS,
    Role.UNIT_HEAD: UNITS,
    Role.SUPERVISOR: (TEAM,),
    Role.COUNTY_CLERK: (COUNTY,),
    Role.COUNTY_LEADER: (COUNTY,),
    Role.DEPARTMENT_CLERK: DEPARTMENTS,
    Role.DEPARTMENT_HEAD: DEPARTMENTS,
}
EVERYBODY = tuple(who(role, place) for role, places in PLACES.items() for place in places)
TOWNSHIP_ROLES = Role.TOWNSHIP_CLERK, Role.TOWNSHIP_HEAD
COUNTY_ROLES = Role.COUNTY_CLERK, Role.COUNTY_LEADER
DEPARTMENT_ROLES = Role.DEPARTMENT_CLERK, Role.DEPARTMENT_HEAD


def _in(*roles: Role) -> tuple[Actor, ...]:
    return tuple(actor for actor in EVERYBODY if actor.role in roles)


# Who may have something to do in a service: always, and (the others) while there is something that
# concerns many. Everybody's lists everywhere are looked at as some examples end.
SERVED = {
    "village": _in(Role.GROUP_LEADER, Role.VILLAGE_CLERK, *TOWNSHIP_ROLES, *COUNTY_ROLES),
    "unit": _in(Role.HELPER, Role.UNIT_CLERK, Role.UNIT_HEAD, *COUNTY_ROLES),
    "county": _in(Role.SUPERVISOR, *COUNTY_ROLES),
    "dispatch": _in(*COUNTY_ROLES),
    "casework": _in(*TOWNSHIP_ROLES),  # a verified case opens a file, and goes no further there
    "access": (),  # nobody proposes a post in these months
}
CONCERNED = {
    "county": tuple(actor for actor in EVERYBODY if actor.role is not Role.HELPER),
    "dispatch": _in(Role.VILLAGE_CLERK, *DEPARTMENT_ROLES, *COUNTY_ROLES),
}

DIVISION_NAMES = {
    COUNTY: "守望县",
    HEWAN: "河湾镇",
    QINGLING: "青岭乡",
    **dict(zip(VILLAGES, ("石桥村", "马家村", "云台村", "柳树村"), strict=True)),
}
DIVISIONS = [DivisionDraft(division=code, name=name) for code, name in DIVISION_NAMES.items()]
GROUP_DRAFTS = [
    GroupDraft(village=place[:12], group=place[13:], leader=f"组长{n}", phone=f"1600000{n:04}")
    for n, place in enumerate(GROUPS)
]
REGISTER = [
    HouseholdDraft(
        number=number,
        village=village_of(number),
        group=group_of(number)[13:],
        stratum=Stratum.EX_POOR,
        members=[Member(name=name, id_number=id_number(name), relationship="户主")],
    )
    for number, name in NAMES.items()
]
UNIT_ROWS = [UnitRow(unit=unit, name=f"县第{n}单位") for n, unit in enumerate(UNITS, start=1)]
HELPER_ROWS = [
    HelperRow(helper=helper, unit=helper[:4], name=f"帮扶人{n}")
    for n, helper in enumerate(HELPERS, start=1)
]
ASSIGNMENTS = [AssignmentRow(helper=helper_of(number), number=number) for number in HOUSEHOLDS]
TEAMS = [TeamForm(code=TEAM, name="第一督导组", leader="组长", townships=TOWNSHIPS)]
DEPARTMENT_ENTRIES = [
    DepartmentEntry(code=code, name=f"县第{n}部门") for n, code in enumerate(DEPARTMENTS, start=1)
]
