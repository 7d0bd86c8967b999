"""A run looks at the register again; somebody says what is so all the same. Nobody here commits."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from kit.actor import Actor
from kit.database.upsert import upsert
from kit.errors import Refused
from rulebook.checks import Finding, findings
from rulebook.national.households import Household as NationalHousehold
from rulebook.scopes import ScopeKind
from services.village.checks import queries
from services.village.checks.deadlines import CHECK_BETWEEN, CHECK_VILLAGE
from services.village.checks.forms import AnswerForm
from services.village.checks.models import CheckedVillage, DataFinding
from services.village.checks.policy import policy
from services.village.checks.rules import BETWEEN, OF_OWN_SHEET, WITHIN, Answer, FindingState
from services.village.checks.views import as_national, fully_known, may_be_late, number_of
from services.village.places import Place
from services.village.register import queries as register_queries
from services.village.register.models import Household
from services.village.service import book, county


@dataclass(frozen=True)
class Home:
    """Where a finding belongs."""

    id: str
    village: str
    group: str | None

    @classmethod
    def of(cls, household: Household) -> "Home":
        return cls(household.id, household.village, household.group)


def begin_run(session: Session, *, actor: Actor, at: datetime) -> int:
    """Let the register of the actor's villages be looked at from `at` on, one after the other; back
    comes how many they are. What stands between households is the county's to see.
    """
    policy.admit(actor, "check_register")
    villages = register_queries.villages_seen(session, actor)
    if not villages:
        raise Refused("您的范围里还没有登记的村，没有可以核查的。请先导入区划和农户名册。")
    for village in villages:
        policy.require(actor, "check_register", Place(village.code, session=session))
    CHECK_VILLAGE.set_all(session, {village.code: at for village in villages})
    if actor.scope.kind is ScopeKind.COUNTY:
        CHECK_BETWEEN.set(session, county(session), at)
    return len(villages)


def run_all(session: Session, at: datetime) -> None:
    """The same of the whole county, by itself."""
    villages = register_queries.villages(session)
    CHECK_VILLAGE.set_all(session, {village.code: at for village in villages})
    CHECK_BETWEEN.set(session, county(session), at)


def check_village(session: Session, village: str, *, on: date) -> None:
    """Look at every household of the village by itself, and keep what was found."""
    households = queries.to_check(session, village)
    homes = {number_of(household): Home.of(household) for household in households}
    full = fully_known(session, households)
    named = queries.leads(session, [one.id for one in households if may_be_late(one, full)])
    leads = {number: named[home.id] for number, home in homes.items() if home.id in named}
    hits: list[Finding] = []
    for codes, alike in (
        (WITHIN, [one for one in households if one.id in full]),
        (OF_OWN_SHEET, [one for one in households if one.id not in full]),
    ):
        hits += _findings(session, as_national(session, alike), on, codes, leads)
    ids = [home.id for home in homes.values()]
    _settle(session, queries.of_households(session, ids, WITHIN), hits, homes, on)
    for row in queries.gone(session, village):
        _pass(row, FindingState.MENDED, on)
    looked = {"village": village, "on": on, "households": len(households)}
    upsert(session, CheckedVillage, [looked], "village")


def check_between(session: Session, *, on: date) -> None:
    """Look at the county's households against one another."""
    homes: dict[str, Home] = {}
    register: list[NationalHousehold] = []
    for households in queries.whole_register(session):
        homes |= {number_of(household): Home.of(household) for household in households}
        register += as_national(session, households)
    hits = _findings(session, register, on, BETWEEN, {})
    _settle(session, queries.of_checks(session, BETWEEN), hits, homes, on)


def _findings(
    session: Session,
    register: Iterable[NationalHousehold],
    on: date,
    only: Collection[str],
    leads: Mapping[str, date],
) -> list[Finding]:
    pack = book(session).pack(county(session), on)
    try:
        line = pack.income.line_on(on)
    except LookupError:  # nobody is below a line that is not there
        line = 0
    return findings(register, on=on, pack=pack, line=line, leads=leads, only=only)


def _settle(
    session: Session,
    stored: Iterable[DataFinding],
    hits: Iterable[Finding],
    homes: Mapping[str, Home],
    on: date,
) -> None:
    """What was found again stays as it is answered while its facts are the same, what is new or has
    changed waits, what is found no more is mended. The same twice in a household is one.
    """
    known = {(row.household, row.code, row.person): row for row in stored}
    found: dict[tuple[str, str, str], Finding] = {}
    for hit in hits:
        home = homes[hit.household.number]
        person = hit.person.key if hit.person else ""
        found.setdefault((home.id, hit.code, person), hit)
    for key, hit in found.items():
        home = homes[hit.household.number]
        if row := known.get(key):
            _again(row, hit, home, on)
        else:
            session.add(_new(hit, home, key[2], on))
    for key, row in known.items():
        if key not in found and row.state is not FindingState.MENDED:
            _pass(row, FindingState.MENDED, on)


def _new(hit: Finding, home: Home, person: str, on: date) -> DataFinding:
    rule = hit.rule
    return DataFinding(
        code=rule.code,
        household=home.id,
        village=home.village,
        group=home.group,
        person=person,
        sentence=hit.sentence,
        facts=hit.facts,
        kind=rule.kind,
        mends=rule.mends,
        department=rule.department,
        lead=rule.lead,
        since=on,
    )


def _again(row: DataFinding, hit: Finding, home: Home, on: date) -> None:
    """Written only where something is other than it was: a run that finds the same changes nothing."""
    holds = row.state is FindingState.OPEN or (
        row.state is FindingState.RIGHT and row.facts == hit.facts
    )
    if not holds:
        _pass(row, FindingState.OPEN, on)
    rule = hit.rule
    now = {
        "sentence": hit.sentence,
        "facts": hit.facts,
        "village": home.village,
        "group": home.group,
        "kind": rule.kind,
        "mends": rule.mends,
        "department": rule.department,
        "lead": rule.lead,
    }
    for name, value in now.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


def _pass(row: DataFinding, state: FindingState, on: date) -> None:
    """By a run: what somebody said of it before has passed with it."""
    row.state, row.since, row.reason, row.by = state, on, None, None


def answer(session: Session, id: str, form: AnswerForm, *, actor: Actor, on: date) -> DataFinding:
    """Somebody mended it, or says why it is right as it is."""
    row = queries.finding(session, id)
    policy.require(actor, "answer_data_finding", row)
    if row.state is FindingState.MENDED:
        raise Refused("这个问题已经改正，不用再答复。")
    row.state = STATES[form.answer]
    row.since, row.reason, row.by = on, form.reason, actor.name
    return row


STATES = {Answer.MENDED: FindingState.MENDED, Answer.RIGHT: FindingState.RIGHT}
