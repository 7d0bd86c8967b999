"""Who plays: one actor a role and place, made from the invented county."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from backstop.demo.county import COUNTY, County, Household
from kit.actor import Actor
from schemas.codes import Role, Stratum


@dataclass(frozen=True)
class Personas:
    county: County

    @cached_property
    def clerk(self) -> Actor:
        return Actor("county-clerk", "周明远", Role.COUNTY_CLERK, COUNTY)

    @cached_property
    def clerk_2(self) -> Actor:
        """The office's second clerk: what one enters for others, the other decides (G-14)."""
        return Actor("county-clerk-2", "沈秋禾", Role.COUNTY_CLERK, COUNTY)

    @cached_property
    def leader(self) -> Actor:
        return Actor("county-leader", self.county.heads[COUNTY][1], Role.COUNTY_LEADER, COUNTY)

    @cached_property
    def administrator(self) -> Actor:
        return Actor("administrator", "系统管理员", Role.ADMINISTRATOR, COUNTY)

    def group_leader(self, village: str, group: str) -> Actor:
        return Actor(
            f"leader-{village}-{group}",
            self.county.leaders[village, group][0],
            Role.GROUP_LEADER,
            f"{village}/{group}",
        )

    def village_clerk(self, village: str) -> Actor:
        return Actor(
            f"village-{village}",
            f"{self.county.villages[village]}文书",
            Role.VILLAGE_CLERK,
            village,
        )

    def township_clerk(self, township: str) -> Actor:
        return Actor(
            f"township-{township}",
            f"{self.county.townships[township]}专干",
            Role.TOWNSHIP_CLERK,
            township,
        )

    def township_head(self, township: str) -> Actor:
        return Actor(
            f"head-{township}", self.county.heads[township][1], Role.TOWNSHIP_HEAD, township
        )

    def helper(self, code: str) -> Actor:
        return Actor(f"helper-{code}", self.county.helpers[code][1], Role.HELPER, code)

    def unit_clerk(self, unit: str) -> Actor:
        return Actor(f"unit-{unit}", f"{self.county.units[unit]}经办人", Role.UNIT_CLERK, unit)

    def unit_head(self, unit: str) -> Actor:
        return Actor(f"unit-head-{unit}", self.county.heads[unit][1], Role.UNIT_HEAD, unit)

    def supervisor(self, team: str) -> Actor:
        return Actor(f"supervisor-{team}", self.county.teams[team][1], Role.SUPERVISOR, team)

    def department(self, code: str) -> Actor:
        return Actor(
            f"department-{code}",
            f"{self.county.departments[code]}经办人",
            Role.DEPARTMENT_CLERK,
            code,
        )

    def everybody(self) -> Iterator[Actor]:
        """Who has an account."""
        county = self.county
        yield from (self.clerk, self.clerk_2, self.leader, self.administrator)
        yield from (self.group_leader(*place) for place in county.groups)
        yield from map(self.village_clerk, county.villages)
        for township in county.townships:
            yield from (self.township_clerk(township), self.township_head(township))
        yield from map(self.helper, county.helpers)
        for unit in county.units:
            yield from (self.unit_clerk(unit), self.unit_head(unit))
        yield from map(self.supervisor, county.teams)
        yield from map(self.department, county.departments)

    def township_of(self, village: str) -> str:
        return f"{village[:9]}000"

    def village(self, name: str) -> str:
        """The code of a village of the first township, by the beginning of its name."""
        return next(
            code for code, called in self.county.villages.items() if called.startswith(name)
        )

    def household(
        self,
        village: str,
        group: str,
        stratum: Stratum | None = None,
        *,
        assigned: bool = False,
        nth: int = 0,
    ) -> Household:
        """The `nth` household of a group: of a stratum, or among those that have a helper."""
        having = {number for number, _ in self.county.assignments}
        households = [
            household
            for household in self.county.households
            if (household.village, household.group) == (village, group)
            and (stratum is None or household.stratum is stratum)
            and (household.number in having) is assigned
        ]
        return households[nth]

    def helper_of(self, household: Household) -> str:
        return dict(self.county.assignments)[household.number]

    def accounts(self) -> dict[str, Actor]:
        """One a role, for the demo's sign-in page: what it shows -> who it is."""
        village, township, unit = self.village("石桥"), next(iter(self.county.townships)), "U001"
        return {
            "在手机上摸排、一键零报告": self.group_leader(village, "01"),
            "审核各组情况，上报村名单": self.village_clerk(village),
            "看各村报没报，复核": self.township_clerk(township),
            "签发乡镇名单": self.township_head(township),
            "走访、打电话，两分钟记一户": self.helper(f"{unit}-01"),
            "看谁还没联系，汇总上报": self.unit_clerk(unit),
            "签字": self.unit_head(unit),
            "督导，直接报县": self.supervisor("D1"),
            "合并三级来源、核实、派单、会商、通报": self.clerk,
            "代登来电说明；一人登记的，另一人审定、办结": self.clerk_2,
            "看全县，签发会议纪要和通报": self.leader,
            "住建局：签收、退回、反馈": self.department("housing"),
            "医保局：签收、退回、反馈": self.department("health-insurance"),
            "发登录链接、导入组织机构": self.administrator,
        }
