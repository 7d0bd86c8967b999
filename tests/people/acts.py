"""What groups, villages, townships, helpers and units can do about what they owe: by kind of thing,
the ways to deal with it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from kit.actor import Actor
from schemas.codes import RiskCause, Role, VisitMode
from schemas.values import Since
from services.unit.findings import commands as risks
from services.unit.lists import commands as unit_lists
from services.unit.months import commands as unit_months
from services.unit.organisation import commands as organisation
from services.unit.visits import commands as visits
from services.unit.visits.rules import VisitNote
from services.village.findings import commands as findings
from services.village.findings.forms import FindingDraft, ReviewForm
from services.village.lists import commands as lists
from services.village.rechecks import commands as rechecks
from services.village.register import commands as register
from services.village.screening import commands as screening
from services.village.townships import commands as townships
from tests.people.county import CLERK, HELPERS, HOUSEHOLDS, told, who
from tests.people.model import Model
from tests.people.owners import UNIT_HEAD, Facts, Finding, Owner, Thing
from tests.people.rows import Rows
from tests.people.world import World

Way = Callable[[], Any]
WORDS = {"risk_point": "住院自付费用大", "matter": "落实医疗救助"}
CAUSES = (RiskCause.ILLNESS, RiskCause.EDUCATION, RiskCause.NATURAL_DISASTER)


@dataclass
class Tiers:
    """Everybody of the first two tiers; `facts` are the rows as they are now."""

    world: World
    model: Model
    rows: Rows
    facts: Facts

    @property
    def on(self) -> date:
        return self.world.today

    def id(self, number: str) -> str:
        return self.rows.ids[number]

    # Groups, villages, townships

    def screening(self, owner: Owner, month: str, place: str) -> Iterator[Way]:
        actor = who(*_of(owner))
        if not self._of_group(month, place):
            yield lambda: self.report(month, place, actor=actor)
        for number in HOUSEHOLDS:
            if self.model.home(number, self.on) == place and self.may_report(month, number):
                yield lambda number=number: self.report(month, place, number, actor=actor)  # type: ignore[misc]

    def _of_group(self, month: str, place: str) -> list[Finding]:
        return [
            finding
            for (of, _), finding in self.model.findings.items()
            if of == month and finding.group == place and not finding.withdrawn
        ]

    def may_report(self, month: str, number: str) -> bool:
        """Nobody has sent it up or struck it out."""
        known = self.model.findings.get((month, number))
        if known is None or known.withdrawn:
            return True
        return not (known.sent or known.over or known.agreed is False)

    def report(
        self, month: str, place: str, number: str = "", *, actor: Actor, urgent: bool = False
    ) -> None:
        """A leader says nil, or names a household of the group."""
        common = {"actor": actor, "on": self.on}
        if not number:
            command = screening.report_group
            self.world.do("village", command, place[:12], place[13:], month, nil=True, **common)
            return
        self.model.reported(month, number, place, urgent=urgent)
        draft = self.draft(number)
        if urgent:
            self.world.do("village", screening.report_urgent, place[:12], month, draft, **common)
        else:
            self.world.do(
                "village",
                screening.report_group,
                place[:12],
                place[13:],
                month,
                nil=False,
                findings=[draft],
                **common,
            )

    def draft(self, number: str) -> FindingDraft:
        at = HOUSEHOLDS.index(number)
        since = Since(day=self.on - timedelta(at * 5))
        return FindingDraft(
            household=self.id(number), causes=(CAUSES[at % 3],), since=since, **WORDS
        )

    def finding(self, owner: Owner, month: str, household: str) -> Iterator[Way]:
        known = self.model.findings[month, household]
        id = self.rows.name(Thing("finding", (month, household)))[1].partition(":")[2]
        match owner.roles[0]:
            case Role.VILLAGE_CLERK if known.agreed is None:
                yield lambda: self.review(known, id, owner, agreed=True)
                yield lambda: self.review(known, id, owner, agreed=False)
            case Role.VILLAGE_CLERK if (month, known.village) in self.model.sent:
                yield from self.village_month(owner, month, known.village)
            case Role.TOWNSHIP_CLERK:
                yield lambda: self.recheck_finding(known, id, owner, agreed=True)
                yield lambda: self.recheck_finding(known, id, owner, agreed=False)
            case Role.TOWNSHIP_HEAD if not known.sent:
                yield lambda: self.world.do(
                    "village", findings.sign_urgent, id, actor=who(*_of(owner)), on=self.on
                )
                yield lambda: self.recheck_finding(known, id, owner, agreed=False)

    def review(self, known: Any, id: str, owner: Owner, *, agreed: bool) -> None:
        form = ReviewForm(agreed=agreed, reason=None if agreed else told("情况不实"), **WORDS)
        actor = who(*_of(owner))
        self.world.do("village", findings.review_finding, id, form, actor=actor, on=self.on)
        known.agreed = agreed

    def recheck_finding(self, known: Any, id: str, owner: Owner, *, agreed: bool) -> None:
        self.world.do(
            "village",
            findings.recheck_finding,
            id,
            agreed=agreed,
            reason=None if agreed else told("不属实"),
            actor=who(*_of(owner)),
            on=self.on,
        )
        known.rechecked, known.struck = True, not agreed

    def village_month(self, owner: Owner, month: str, place: str) -> Iterator[Way]:
        unsent = [
            finding
            for (of, _), finding in self.model.findings.items()
            if (of, finding.village) == (month, place) and not finding.sent and not finding.over
        ]
        unsent = [finding for finding in unsent if not finding.withdrawn]
        if all(
            (finding.urgent and not finding.struck) or finding.agreed is not None
            for finding in unsent
        ):
            yield lambda: self.world.do(
                "village",
                lists.submit_list,
                place,
                month,
                nil=not self._listed(month, place),
                silent_reason=told("已电话问过"),
                actor=who(*_of(owner)),
                on=self.on,
            )

    def _listed(self, month: str, place: str) -> bool:
        """Whether the village's next list carries anybody; who went alone stands in it, too."""
        statement = """SELECT 1 FROM finding WHERE month = %(month)s AND village = %(place)s
            AND stage <> 'withdrawn' AND supplement IS NULL"""
        return bool(self.world.ask("village", statement, month=month, place=place))

    def township_month(self, owner: Owner, month: str, place: str) -> Iterator[Way]:
        if any(key[0] == month and key[1][:9] == place[:9] for key in self.model.unsigned):
            yield lambda: self.world.do(
                "village",
                townships.sign_township,
                place,
                month,
                missing_reason=told("已催报"),
                actor=who(*_of(owner)),
                on=self.on,
            )

    def village_list(self, owner: Owner, month: str, place: str, number: int) -> Iterator[Way]:
        yield from self.township_month(owner, month, owner.place)

    def stranger(self, owner: Owner, id: str) -> Iterator[Way]:
        for joins in (True, False):
            yield lambda joins=joins: self.world.do(  # type: ignore[misc]
                "village",
                register.resolve_register_task,
                id,
                on_register=joins,
                outcome=told("已核对"),
                actor=who(*_of(owner)),
                on=self.on,
            )

    def recheck(self, owner: Owner, case: str, asked_on: date) -> Iterator[Way]:
        for still in (True, False):
            yield lambda still=still: self.world.do(  # type: ignore[misc]
                "village",
                rechecks.answer_recheck,
                case,
                still_at_risk=still,
                note=told("又去看过"),
                actor=who(*_of(owner)),
                on=self.on,
            )

    # Helpers and units

    def contact(self, owner: Owner, month: str, household: str) -> Iterator[Way]:
        yield lambda: self.visit(month, household)
        yield lambda: self.visit(month, household, reached=False)
        yield lambda: self.visit(month, household, risk=True)
        yield lambda: self.visit(month, household, risk=True, **WORDS)

    def visit(
        self, month: str, household: str, *, reached: bool = True, risk: bool = False, **words: str
    ) -> None:
        """On the last day of its month when that is over."""
        helper = self.model.helpers[household]
        note = VisitNote(
            household=self.id(household),
            helper=helper,
            on=min(self.on, _last_day(month)),
            mode=VisitMode.FIELD_VISIT,
            reached=reached,
            living="生活正常" if reached else None,
            at_risk=risk,
            causes=CAUSES[:1] if risk else (),
            since=Since(day=min(self.on, _last_day(month))) if risk else Since(),
            **words,
        )
        actor = who(Role.HELPER, helper)
        self.world.do("unit", visits.record_visits, [note], actor=actor, on=self.on)
        if risk:
            unit = self.model.unit_of(helper, self.on)
            self.model.noted_risk(household, month, unit, complete=bool(words))

    def exempt_contact(self, month: str, household: str) -> None:
        self.world.do(
            "unit",
            unit_months.exempt_household,
            self.id(household),
            month,
            reason=told("外出务工"),
            actor=CLERK,
            on=self.on,
        )
        self.model.contacts.pop((month, household), None)

    def risk(self, owner: Owner, place: str, month: str, household: str) -> Iterator[Way]:
        key = place, month, household
        if self.model.risks[key].state == "draft":
            yield lambda: self.complete(key, owner)
            yield lambda: self.strike(key)
        elif (month, place) in self.model.sent:
            yield from self.unit_month(owner, month, place)

    def assignment(self, owner: Owner, household: str) -> Iterator[Way]:
        """The office gives what a helper of an ended unit had to one of a unit that is there."""
        leaves = self.model.helpers[household]
        for to in HELPERS:
            if not self.model.has_ended(self.model.unit_of(to, self.on), self.on):
                yield lambda to=to: self.hand_over(leaves, to, CLERK)  # type: ignore[misc]

    def hand_over(self, leaves: str, to: str, actor: Actor) -> None:
        command, reason = organisation.transfer_helper, told("调离本单位")
        self.world.do("unit", command, leaves, to, reason=reason, actor=actor, on=self.on)
        self.model.transferred(leaves, to)

    def complete(self, key: tuple[str, str, str], owner: Owner) -> None:
        self.world.do(
            "unit",
            risks.complete_finding,
            self._risk(key),
            actor=who(*_of(owner)),
            on=self.on,
            **WORDS,
        )
        self.model.risks[key].state = "ready"

    def strike(self, key: tuple[str, str, str]) -> None:
        """The unit's head does not agree; it travels as a visible line (GT-26)."""
        head = who(*_of(self.model.answering(UNIT_HEAD(key[0]), self.on)))
        id, command = self._risk(key), risks.strike_out_finding
        self.world.do("unit", command, id, reason=told("情况不实"), actor=head, on=self.on)
        self.model.risks[key].state, self.model.risks[key].struck = "ready", True

    def _risk(self, key: tuple[str, str, str]) -> str:
        return self.rows.name(Thing("risk", key))[1].partition(":")[2]

    def unit_month(self, owner: Owner, month: str, place: str) -> Iterator[Way]:
        mine = [risk for key, risk in self.model.risks.items() if key[:2] == (place, month)]
        ready = any(risk.state == "ready" for risk in mine)
        if ready or not any(risk.state == "draft" for risk in mine):
            yield lambda: self.world.do(
                "unit",
                unit_lists.submit_list,
                place,
                month,
                nil=not ready,
                nil_reason="已电话问过",
                unverified_reason="来不及核实",
                actor=who(*_of(owner)),
                on=self.on,
            )

    def unit_list(self, owner: Owner, month: str, place: str, number: int) -> Iterator[Way]:
        """Not while a nil waits beside a risk that was noted after it."""
        nil = any((month, place, n) in self.model.nil for n in range(number + 1))
        noted = {
            key: risk.struck
            for key, risk in self.model.risks.items()
            if key[:2] == (place, month) and risk.state in ("draft", "ready")
        }
        if nil and noted:
            for key in [key for key, struck in noted.items() if not struck][:1]:
                yield lambda key=key: self.strike(key)  # type: ignore[misc]
        else:
            yield lambda: self.world.do(
                "unit", unit_lists.sign_list, place, month, actor=who(*_of(owner)), on=self.on
            )


def _of(owner: Owner) -> tuple[Role, str]:
    """Whoever of the list's owners acts."""
    return owner.roles[0], owner.place


def _last_day(month: str) -> date:
    following = date.fromisoformat(f"{month}-28") + timedelta(4)
    return following.replace(day=1) - timedelta(1)
