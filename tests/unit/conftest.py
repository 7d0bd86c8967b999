"""A small county for the unit tier: two units, four helpers, six households."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from kit.actor import Actor
from kit.seal import id_hash, seal
from rulebook.ids import make_id
from schemas.codes import Level, RiskCause, Role, Stratum, VisitMode
from schemas.values import HouseholdWords, Since
from schemas.village import DivisionNamed, HouseholdRegistered
from services.unit.directory import commands as directory_commands
from services.unit.months import commands as months_commands
from services.unit.organisation import commands as organisation_commands
from services.unit.organisation.forms import AssignmentRow, HelperRow, UnitRow
from services.unit.visits.rules import VisitNote

COUNTY, TOWNSHIP, VILLAGE = "990121000000", "990121100000", "990121100201"
MONTH = "2026-09"
REASON = "全家外出务工，先行报送"  # why a list goes as it is
REASONS = {"nil_reason": REASON, "unverified_reason": REASON}


def who(role: Role, place: str = COUNTY, name: str = "试用人") -> Actor:
    return Actor(f"{role.value.lower()}-{place}", name, role, place)


ADMIN = who(Role.ADMINISTRATOR)
OFFICE = who(Role.COUNTY_CLERK)
CLERK, HEAD = who(Role.UNIT_CLERK, "U001", "经办人甲"), who(Role.UNIT_HEAD, "U001", "领导甲")
HELPER = who(Role.HELPER, "U001-01", "徐勇")
HEADS = ("张珍", "谢华建", "陈红梅", "曹刚秀", "袁洋", "吕志杰")


def id_of(n: int) -> str:
    return make_id("990121", date(1960, 1, n), n)


def register(session: Session, n: int, **changed) -> HouseholdRegistered:
    """The village's event about household `n` (1…6)."""
    words = HouseholdWords(
        number=f"H{n:04}", head_name=HEADS[n - 1], id_number=id_of(n), phone="16000000001"
    )
    fields = {
        "household": f"h{n}",
        "village": VILLAGE,
        "group": "01",
        "stratum": Stratum.EX_POOR,
        "size": 3,
        "id_hash": id_hash(session, id_of(n)),
        "sealed": seal(session, words),
    } | changed
    return HouseholdRegistered(**fields)


def divisions() -> list[DivisionNamed]:
    return [
        DivisionNamed(division=COUNTY, level=Level.COUNTY, name="守望县"),
        DivisionNamed(division=TOWNSHIP, level=Level.TOWNSHIP, name="河湾镇", parent=COUNTY),
        DivisionNamed(division=VILLAGE, level=Level.VILLAGE, name="石桥村", parent=TOWNSHIP),
    ]


def name_everybody(session: Session) -> None:
    organisation_commands.name_units(
        session,
        [UnitRow(unit="U001", name="县发展和改革局"), UnitRow(unit="U002", name="县水利局")],
        actor=OFFICE,
    )
    organisation_commands.name_helpers(
        session,
        [
            HelperRow(helper="U001-01", unit="U001", name="徐勇", phone="16000000011"),
            HelperRow(helper="U001-02", unit="U001", name="张贵德"),
            HelperRow(helper="U002-01", unit="U002", name="唐娟梅"),
            HelperRow(helper="U002-02", unit="U002", name="马桂"),
        ],
        actor=OFFICE,
    )


ASSIGNED = [
    AssignmentRow(helper="U001-01", number="H0001"),
    AssignmentRow(helper="U001-01", number="H0002"),
    AssignmentRow(helper="U001-02", number="H0003"),
    AssignmentRow(helper="U001-02", number="H0004"),
    AssignmentRow(helper="U002-01", number="H0005"),
    AssignmentRow(helper="U002-01", number="H0006"),
]


def visit(n: int, on: int = 9, helper: str = "U001-01", **more) -> VisitNote:
    """A visit to household `n` on that day of September."""
    return VisitNote(
        **(
            {
                "household": f"h{n}",
                "helper": helper,
                "on": date(2026, 9, on),
                "mode": VisitMode.FIELD_VISIT,
                "living": "生活正常",
            }
            | more
        )
    )


def risk(n: int, on: int = 9, helper: str = "U001-01", **more) -> VisitNote:
    """A visit that saw a risk, with all words."""
    return visit(
        n,
        on,
        helper,
        **(
            {
                "at_risk": True,
                "causes": (RiskCause.ILLNESS,),
                "since": Since(day=date(2026, 9, 5)),
                "risk_point": "户主住院",
                "matter": "落实医疗救助",
            }
            | more
        ),
    )


@pytest.fixture
def people(unit_sessions: sessionmaker[Session]) -> sessionmaker[Session]:
    """Units, helpers, register and assignments, no month open yet."""
    with unit_sessions.begin() as session:
        directory_commands.heard.keep(session, *divisions())
        directory_commands.keep_households(session, [register(session, n) for n in range(1, 7)])
        name_everybody(session)
        organisation_commands.assign_households(
            session, ASSIGNED, actor=OFFICE, on=date(2026, 8, 31)
        )
    return unit_sessions


@pytest.fixture
def opened(people: sessionmaker[Session]) -> sessionmaker[Session]:
    """The same with September open."""
    with people.begin() as session:
        months_commands.open_month(session, MONTH, on=date(2026, 9, 1))
    return people


@pytest.fixture
def session(opened: sessionmaker[Session]):
    with opened() as session:
        yield session


@pytest.fixture
def doing(opened: sessionmaker[Session]) -> Callable:
    """`doing(command, …)`: one command in a transaction of its own."""

    def run(command: Callable, *args, **kwargs):
        with opened.begin() as session:
            return command(session, *args, **kwargs)

    return run
