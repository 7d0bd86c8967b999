"""What people do without owing it: see a risk, take back, go away, say it again."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from kit.actor import Actor
from kit.closing.forms import ClosingForm
from schemas.codes import DirectoryKind, Role
from services.county.agenda import commands as agenda
from services.county.agenda.forms import LineForm
from services.county.verification import commands as verification
from services.dispatch.closings import commands as offices
from services.unit.closings import commands as units
from services.village.closings import commands as villages
from services.village.findings import commands as findings
from services.village.findings.forms import FindingDraft
from services.village.months import commands as months
from services.village.months.rules import Reporter
from services.village.register.forms import Newcomer
from services.village.screening import commands as screening
from tests.people.acts import CAUSES, WORDS, Way
from tests.people.county import (
    CLERK,
    DEPARTMENTS,
    GROUPS,
    HELPERS,
    HOUSEHOLDS,
    NAMES,
    STRANGERS,
    UNITS,
    VILLAGES,
    id_number,
    told,
    who,
)
from tests.people.office import People

Whim = Callable[[People, str, int], Iterator[Way]]


def report(people: People, month: str, at: int) -> Iterator[Way]:
    """A leader sees another risk."""
    number = HOUSEHOLDS[at % len(HOUSEHOLDS)]
    if people.may_report(month, number) and (leader := _leader(people, number)):
        yield partial(people.report, month, leader.place, number, actor=leader)


def _leader(people: People, number: str) -> Actor | None:
    """Of the group where the household is screened, if it is in one."""
    place = people.model.home(number, people.on)
    return None if place.endswith("/") else who(Role.GROUP_LEADER, place)


def report_urgently(people: People, month: str, at: int) -> Iterator[Way]:
    number = HOUSEHOLDS[at % len(HOUSEHOLDS)]
    known = people.model.findings.get((month, number))
    leader = _leader(people, number)
    if leader and people.may_report(month, number) and not (known and known.struck):
        yield partial(people.report, month, leader.place, number, actor=leader, urgent=True)


def withdraw(people: People, month: str, at: int) -> Iterator[Way]:
    """A leader takes the month's report back."""
    place = GROUPS[at % len(GROUPS)]
    mine = [
        finding
        for (of, _), finding in people.model.findings.items()
        if of == month and finding.group == place and not finding.withdrawn
    ]
    taken = any(f.over or (f.agreed is not None and not f.by_village) for f in mine)
    there = not people.model.has_ended(place, people.on)
    reported = there and (month, place) in people.model.reports
    if reported and not taken and (month, place[:12]) not in people.model.sent:
        yield lambda: people.world.do(
            "village",
            screening.withdraw_group_report,
            place[:12],
            place[13:],
            month,
            actor=who(Role.GROUP_LEADER, place),
            on=people.on,
        )


def enter(people: People, month: str, at: int) -> Iterator[Way]:
    """A village enters a household itself, sometimes urgently: not with the words that its township
    did not agree to.
    """
    number, urgent = HOUSEHOLDS[at % len(HOUSEHOLDS)], at % 3 == 0
    known = people.model.findings.get((month, number))
    if known and urgent and known.struck:
        return
    if known is None or known.withdrawn or not (known.sent or known.over):
        yield partial(_enter, people, month, number, urgent=urgent)


def _enter(people: People, month: str, number: str, *, urgent: bool) -> None:
    village = people.model.home(number, people.on)[:12]
    people.model.entered(month, number, village, urgent=urgent)
    people.world.do(
        "village",
        screening.report_urgent if urgent else findings.add_finding,
        village,
        month,
        people.draft(number),
        actor=who(Role.VILLAGE_CLERK, village),
        on=people.on,
    )


def meet_stranger(people: People, month: str, at: int) -> Iterator[Way]:
    """A village finds somebody whom the register does not know."""
    name, village = STRANGERS[at % 2], VILLAGES[at % len(VILLAGES)]
    there = not people.model.has_ended(village, people.on)
    if there and not any(name in row.head_name for row in people.facts.entered):
        yield partial(_meet, people, month, name, village)


def _meet(people: People, month: str, name: str, village: str) -> None:
    newcomer = Newcomer(name=name, id_number=id_number(name))
    draft = FindingDraft(newcomer=newcomer, causes=CAUSES[:1], **WORDS)
    actor = who(Role.VILLAGE_CLERK, village)
    entered = people.world.do(
        "village", findings.add_finding, village, month, draft, actor=actor, on=people.on
    )
    people.model.entered(month, entered.household, village)


def visit(people: People, month: str, at: int) -> Iterator[Way]:
    """A helper goes once more and sees a risk."""
    number = HOUSEHOLDS[at % len(HOUSEHOLDS)]
    if (month, number) not in people.model.contacts:
        yield partial(people.visit, month, number, risk=True, **(WORDS if at % 2 else {}))


def note(people: People, month: str, at: int) -> Iterator[Way]:
    """The team notes what it finds: by number, by name, or of somebody nobody knows."""
    number = HOUSEHOLDS[at % len(HOUSEHOLDS)]
    name, village = NAMES[number], people.model.home(number, people.on)[:12]
    if at % 3 == 2:
        name = STRANGERS[at % 2]
    yield partial(people.note_draft, month, village, name, id_number(name) if at % 2 else None)


def transfer(people: People, month: str, at: int) -> Iterator[Way]:
    """A helper leaves; a colleague takes the households."""
    leaves, to = HELPERS[at % 2], HELPERS[1 - at % 2]
    if leaves in people.model.helpers.values():
        yield partial(people.hand_over, leaves, to, who(Role.UNIT_CLERK, leaves[:4]))


def exempt(people: People, month: str, at: int) -> Iterator[Way]:
    """A group, or a village, need not report; a household need not be contacted."""
    place = GROUPS[at % len(GROUPS)]
    kind = Reporter.VILLAGE if at % 2 else Reporter.GROUP
    owed = people.model.village_months if at % 2 else people.model.screenings
    code = place[:12] if at % 2 else place
    if (month, code) in owed:
        yield lambda: people.world.do(
            "village",
            months.exempt_reporter,
            month,
            kind,
            code,
            reason=told("组长住院"),
            actor=CLERK,
            on=people.on,
        )
    number = HOUSEHOLDS[at % len(HOUSEHOLDS)]
    if (month, number) in people.model.contacts:
        yield partial(people.exempt_contact, month, number)


def strike_out(people: People, month: str, at: int) -> Iterator[Way]:
    """A unit's head does not agree, before he signs."""
    for key, risk in people.model.risks.items():
        if key[1] == month and risk.state in ("draft", "ready") and not risk.struck:
            yield partial(people.strike, key)
            return


def reopen(people: People, month: str, at: int) -> Iterator[Way]:
    """The office takes back that a household does not qualify."""
    statement = """SELECT id FROM case_file f WHERE decision = 'not_qualified' AND NOT EXISTS
        (SELECT FROM case_file o WHERE o.household = f.household AND o.closed_on IS NULL) ORDER BY id"""
    for row in people.world.ask("county", statement):
        reopen_decision, reason = verification.reopen_decision, told("又查到新的情况")
        yield people.office(reopen_decision, row.id, reason=reason, on=people.on)


def put_on_agenda(people: People, month: str, at: int) -> Iterator[Way]:
    """The office has a question for a department at the next meeting."""
    department = DEPARTMENTS[at % len(DEPARTMENTS)]
    for meeting in people.facts.meetings:
        if meeting.state == "drafted" and not people.model.has_ended(department, people.on):
            form = LineForm(title="报销怎样衔接", department=department)
            yield people.office(agenda.add_line, meeting.id, form)


# What may end: service, command, kind, code, what it joins.
CLOSINGS: tuple[tuple[str, Callable[..., Any], DirectoryKind, str, str], ...] = (
    ("village", villages.close_place, DirectoryKind.GROUP, GROUPS[0], GROUPS[1]),
    ("village", villages.close_place, DirectoryKind.GROUP, GROUPS[0], ""),
    ("village", villages.close_place, DirectoryKind.VILLAGE, VILLAGES[3], VILLAGES[2]),
    ("unit", units.close_unit, DirectoryKind.UNIT, UNITS[1], UNITS[0]),
    ("unit", units.close_unit, DirectoryKind.UNIT, UNITS[1], ""),
    (
        "dispatch",
        offices.close_department,
        DirectoryKind.DEPARTMENT,
        DEPARTMENTS[2],
        DEPARTMENTS[1],
    ),
    ("dispatch", offices.close_department, DirectoryKind.DEPARTMENT, DEPARTMENTS[2], ""),
)


def close(people: People, month: str, at: int) -> Iterator[Way]:
    """Something ends: this month is its last one, or the one before was."""
    service, command, kind, code, heir = CLOSINGS[at % len(CLOSINGS)]
    if code not in people.model.ends:
        yield partial(_close, people, service, command, kind, code, heir, month)


def _close(
    people: People,
    service: str,
    command: Callable[..., Any],
    kind: DirectoryKind,
    code: str,
    heir: str,
    month: str,
) -> None:
    form = ClosingForm(
        kind=kind, code=code, last_month=month, successor=heir or None, reason="两处合并"
    )
    people.model.closed(code, month, heir)
    people.world.do(service, command, form, actor=CLERK, on=people.on)


WHIMS: tuple[Whim, ...] = (
    report,
    visit,
    note,
    enter,
    report_urgently,
    withdraw,
    transfer,
    exempt,
    meet_stranger,
    strike_out,
    close,
    reopen,
    put_on_agenda,
)
