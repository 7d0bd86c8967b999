"""Where somebody acts. A place travels as text (tokens, links, forms); here it is read as a `Scope`
that fits its role and is never blank.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from schemas.codes import Coded, Role


class ScopeKind(Coded):
    """What a place is: a division (D2), a group of a village, or an organisation's own code."""

    COUNTY = "COUNTY", "县"
    TOWNSHIP = "TOWNSHIP", "乡镇"
    VILLAGE = "VILLAGE", "村"
    GROUP = "GROUP", "村民小组"
    UNIT = "UNIT", "帮扶单位"
    HELPER = "HELPER", "帮扶责任人"
    TEAM = "TEAM", "督导组"
    DEPARTMENT = "DEPARTMENT", "行业部门"


KIND_OF = {
    Role.ADMINISTRATOR: ScopeKind.COUNTY,
    Role.GROUP_LEADER: ScopeKind.GROUP,
    Role.GRID_WORKER: ScopeKind.GROUP,  # a grid of several groups is as many posts
    Role.VILLAGE_CLERK: ScopeKind.VILLAGE,
    Role.VILLAGE_SECRETARY: ScopeKind.VILLAGE,
    Role.VILLAGE_WORK_TEAM: ScopeKind.VILLAGE,
    Role.TOWNSHIP_VILLAGE_LIAISON: ScopeKind.VILLAGE,  # of several villages: a post in each
    Role.TOWNSHIP_CLERK: ScopeKind.TOWNSHIP,
    Role.TOWNSHIP_HEAD: ScopeKind.TOWNSHIP,
    Role.HELPER: ScopeKind.HELPER,
    Role.UNIT_CLERK: ScopeKind.UNIT,
    Role.UNIT_HEAD: ScopeKind.UNIT,
    Role.SUPERVISOR: ScopeKind.TEAM,
    Role.COUNTY_CLERK: ScopeKind.COUNTY,
    Role.COUNTY_LEADER: ScopeKind.COUNTY,
    Role.LEADING_GROUP: ScopeKind.COUNTY,
    Role.DEPARTMENT_CLERK: ScopeKind.DEPARTMENT,
    Role.DEPARTMENT_HEAD: ScopeKind.DEPARTMENT,
}  # the system has none: it acts nowhere
# Who has business with households, cases and orders: the administrator keeps accounts and the
# organisation, and sees none of them.
AT_WORK = tuple(role for role in KIND_OF if role is not Role.ADMINISTRATOR)

_VILLAGE, _OWN_CODE = r"[0-9]{9}(?!000)[0-9]{3}", r"(?![0-9]{12}$)[^\s/]+"
SHAPES = {  # how the code is written, and an example; twelve zeros: the county has no name yet
    ScopeKind.COUNTY: (r"[0-9]{4}(?!00)[0-9]{2}0{6}|0{12}", "990121000000"),
    ScopeKind.TOWNSHIP: (r"[0-9]{6}(?!000)[0-9]{3}000", "990121100000"),
    ScopeKind.VILLAGE: (_VILLAGE, "990121100201"),
    ScopeKind.GROUP: (_VILLAGE + "/[0-9]{2}", "990121100201/03"),
    ScopeKind.UNIT: (_OWN_CODE, "U001"),
    ScopeKind.HELPER: (_OWN_CODE, "U001-02"),
    ScopeKind.TEAM: (_OWN_CODE, "D1"),
    ScopeKind.DEPARTMENT: ("[a-z]+(-[a-z]+)*", "housing"),
}
_DIGITS = {ScopeKind.COUNTY: 6, ScopeKind.TOWNSHIP: 9, ScopeKind.VILLAGE: 12}


@dataclass(frozen=True)
class Scope:
    """`ValueError` with a Chinese text when the code is blank or not written as its kind is."""

    kind: ScopeKind
    code: str

    def __post_init__(self) -> None:
        pattern, example = SHAPES[self.kind]
        if not re.fullmatch(pattern, self.code):
            shown = f"“{self.code}”" if self.code.strip() else "空白"
            raise ValueError(f"{self.kind.label}的代码例如 {example}，这里是{shown}")

    @property
    def prefix(self) -> str | None:
        """What every division in this one begins with; None for a group or an organisation."""
        return self.code[: _DIGITS[self.kind]] if self.kind in _DIGITS else None

    @property
    def county(self) -> str | None:
        """The county that the code itself names; None for an organisation."""
        return f"{self.code[:6]}000000" if self.prefix or self.kind is ScopeKind.GROUP else None


def scope_of(role: Role, place: str, exists: Callable[[Scope], bool] | None = None) -> Scope:
    """The place of somebody in this role. `exists` asks a directory. `ValueError` with a Chinese
    text otherwise.
    """
    if role not in KIND_OF:
        raise ValueError(f"{role.label}没有管辖的地方或单位")
    scope = Scope(KIND_OF[role], place)
    if exists is not None and not exists(scope):
        raise ValueError(f"没有代码为“{place}”的{scope.kind.label}")
    return scope


def office_above(role: Role, place: str, county: str) -> tuple[Role, str]:
    """Who looks into what this office did in another's name: the township's clerk into a village's,
    the county's into a township's, a unit's, a department's; its leader into the county's own.
    """
    if role is Role.VILLAGE_CLERK:
        return Role.TOWNSHIP_CLERK, f"{place[:9]}000"
    if role in (Role.COUNTY_CLERK, Role.COUNTY_LEADER, Role.ADMINISTRATOR):
        return Role.COUNTY_LEADER, county
    return Role.COUNTY_CLERK, county
