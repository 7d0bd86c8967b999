"""At the end of an example: whoever found something reads on the own page what became of it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from sqlmodel import Session, col, select

from schemas import county, dispatch, unit, village
from schemas.codes import OrderState, Role
from schemas.event import Event
from services.county.cases import queries as cases
from services.county.cases.models import Source
from services.unit.findings.models import UnitFinding
from services.unit.findings.queries import reported
from services.village.findings import queries as findings
from services.village.findings.models import Finding
from services.village.findings.rules import Stage
from services.village.outcomes import queries as outcomes
from tests.people.county import GROUPS, HELPERS, SUPERVISOR, UNITS, VILLAGES, who
from tests.people.model import Model
from tests.people.owners import Owner
from tests.people.world import World


@dataclass
class Verdicts:
    """What the county and the departments said of findings, by their events alone."""

    refused: set[str] = field(default_factory=set)  # findings whose case was not qualified
    cases: dict[str, set[str]] = field(default_factory=dict)  # verified case → its findings
    orders: dict[str, dict[str, bool]] = field(default_factory=dict)  # case → order → is closed
    struck: set[str] = field(default_factory=set)
    by_team: set[str] = field(default_factory=set)

    def hear(self, event: Event) -> None:
        match event:
            case county.CaseNotQualified(void=True) | county.CaseReopened():
                self.refused -= set(event.findings)
            case county.CaseNotQualified():
                self.refused |= set(event.findings)
            case county.CaseVerified():
                self.cases.setdefault(event.case, set()).update(event.findings)
                self.refused -= set(event.findings)
            case county.CaseOpened() | county.CaseSentBack():
                self.refused -= set(event.findings)
                for others in self.cases.values():  # what it was in before, it has left
                    others -= set(event.findings)
            case dispatch.OrderFact():
                orders = self.orders.setdefault(event.case, {})
                orders[event.order] = event.state is OrderState.CLOSED
            case county.SupervisionReported():
                self.by_team |= {finding.finding for finding in event.findings}
            case village.TownshipSigned() | unit.UnitListSigned():
                self.struck |= {one.finding for one in event.verdicts if not one.agreed}

    def is_verified(self, finding: str) -> bool:
        return any(finding in of for of in self.cases.values())

    def has_ended(self, finding: str) -> bool:
        named = [case for case, of in self.cases.items() if finding in of]
        if named:
            return all(self._closed(case) for case in named)
        return finding in self.refused or finding in self.struck

    def _closed(self, case: str) -> bool:
        orders = self.orders.get(case, {}).values()
        return bool(orders) and all(orders)


def unread(world: World, model: Model) -> list[str]:
    """What a finder, or who answers for him now, cannot find on the own page, or reads a wrong end
    of.
    """
    verdicts = Verdicts()
    for event in world.heard:
        verdicts.hear(event)
    looks: tuple[tuple[str, Callable[[Session, Verdicts], Iterator[str]]], ...] = (
        ("village", _villages),
        ("unit", partial(_units, model, world.today)),
        ("county", _team),
    )
    wrong: list[str] = []
    for service, look in looks:
        with world.runtimes[service].sessions() as session:
            wrong += look(session, verdicts)
    return wrong


def _villages(session: Session, verdicts: Verdicts) -> Iterator[str]:
    """A leader what he reported, a village all that is its own."""
    for place in GROUPS:
        shown = session.exec(findings.reported(session, place[:12], place[13:])).all()
        yield from _of_village(session, verdicts, place, shown)
    for place in VILLAGES:
        mine = select(Finding).where(Finding.village == place, Finding.stage != Stage.WITHDRAWN)
        yield from _of_village(session, verdicts, place, session.exec(mine).all())


def _of_village(
    session: Session, verdicts: Verdicts, place: str, shown: Sequence[Finding]
) -> Iterator[str]:
    fates = outcomes.fates_of(session, shown)
    for finding in shown:
        ended = outcomes.end_of(finding, fates[finding.id]) is not None
        if ended != verdicts.has_ended(finding.id):
            yield f"{place} reads of finding {finding.id} that it {_is(ended)}"


def _units(model: Model, on: date, session: Session, verdicts: Verdicts) -> Iterator[str]:
    """A helper what he reported, a unit's clerk all of the unit."""
    every = session.exec(select(UnitFinding).order_by(UnitFinding.id)).all()
    for role, places in ((Role.UNIT_CLERK, UNITS), (Role.HELPER, HELPERS)):
        for place in places:
            now = model.answering(Owner((role,), place), on)
            actor = who(now.roles[0], now.place)
            shown = {view.finding.id: view for view in reported(session, actor)}
            for finding in every:
                if place not in (finding.unit, finding.helper):
                    continue
                view = shown.get(finding.id)
                ended = view is not None and view.ended_on is not None
                over = bool(finding.struck_on or finding.withdrawn_on)
                over &= not verdicts.is_verified(finding.id)
                if view is None:
                    yield f"{place} does not see finding {finding.id}"
                elif ended != (over or verdicts.has_ended(finding.id)):
                    yield f"{place} reads of finding {finding.id} that it {_is(ended)}"


def _team(session: Session, verdicts: Verdicts) -> Iterator[str]:
    seen = {case.id: case for case in session.exec(cases.cases(SUPERVISOR))}
    for source in session.exec(select(Source).where(col(Source.finding).in_(verdicts.by_team))):
        if source.case is None:
            continue  # a person has still to say whose it is: that stands on a list
        case = seen.get(source.case)
        ended = case is not None and bool(case.closed_on)
        if case is None:
            yield f"the team does not see the case of its finding {source.finding}"
        elif ended != verdicts.has_ended(source.finding):
            yield f"the team reads of finding {source.finding} that it {_is(ended)}"


def _is(ended: bool) -> str:
    return "has ended" if ended else "is under way"
