"""A small county for access: two townships, three villages, groups, a unit with a helper, a team, a
department.
"""

from datetime import date

import pytest
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from kit.actor import Actor
from kit.seal import seal
from schemas.codes import Level, Role
from schemas.county import TeamNamed
from schemas.dispatch import DepartmentNamed
from schemas.unit import HelperNamed, UnitNamed
from schemas.values import Name
from schemas.village import DivisionNamed, GroupNamed
from services.access.accounts import commands as accounts
from services.access.accounts.forms import AccountForm
from services.access.accounts.models import Account
from services.access.directory import commands as directory
from tests.conftest import at

COUNTY, TOWNSHIP, VILLAGE, NEXT = "990121000000", "990121100000", "990121100201", "990121100202"
OTHER, FAR = "990121101000", "990121101201"  # another township, its village
GROUP = f"{VILLAGE}/01"
NOW, ON = at(2026, 9, 1), date(2026, 9, 1)


def who(role: Role, place: str = COUNTY, account: str = "") -> Actor:
    return Actor(account or f"{role.value.lower()}-{place}", "试用人", role, place)


ADMIN, SECOND = who(Role.ADMINISTRATOR), who(Role.ADMINISTRATOR, account="second")
OFFICE, LEADER = who(Role.COUNTY_CLERK), who(Role.COUNTY_LEADER)
TOWN, VILLAGER = who(Role.TOWNSHIP_CLERK, TOWNSHIP), who(Role.VILLAGE_CLERK, VILLAGE)
UNIT = who(Role.UNIT_CLERK, "U001")


def name_places(session: Session) -> None:
    """As the other services tell them."""
    divisions = (
        (COUNTY, Level.COUNTY, "试县", None),
        (TOWNSHIP, Level.TOWNSHIP, "河湾镇", COUNTY),
        (OTHER, Level.TOWNSHIP, "上坝乡", COUNTY),
        (VILLAGE, Level.VILLAGE, "石桥村", TOWNSHIP),
        (NEXT, Level.VILLAGE, "马家村", TOWNSHIP),
        (FAR, Level.VILLAGE, "大坪村", OTHER),
    )
    sealed = seal(session, Name(name="徐勇"))
    events = [
        DivisionNamed(division=code, level=level, name=name, parent=parent)
        for code, level, name, parent in divisions
    ]
    events += [
        GroupNamed(village=village, group=group, sealed=sealed)
        for village in (VILLAGE, NEXT, FAR)
        for group in ("01", "02")
    ]
    events += [
        UnitNamed(unit="U001", name="县林业局"),
        UnitNamed(unit="U002", name="县供电公司"),
        HelperNamed(helper="U001-01", unit="U001", sealed=sealed),
        HelperNamed(helper="U002-01", unit="U002", sealed=sealed),
        TeamNamed(team="D1", name="第一督导组", townships=(TOWNSHIP,), sealed=sealed),
        DepartmentNamed(department="housing", name="县住房和城乡建设局"),
    ]
    directory.heard.keep(session, *events)


@pytest.fixture
def places(access_sessions: sessionmaker[Session]) -> sessionmaker[Session]:
    with access_sessions.begin() as session:
        name_places(session)
    return access_sessions


def opened(
    session: Session,
    role: Role,
    place: str,
    *,
    actor: Actor | None = None,
    name: str = "王建国",
    phone: str | None = None,
    confirmed_by: Actor | None = None,
) -> Account:
    """An account with one post, as `actor` gives it; confirmed by `confirmed_by`. Where nobody is
    named, two administrators give it.
    """
    form = AccountForm(name=name, role=role, place=place, phone=phone)
    account = accounts.open_account(session, form, actor=actor or ADMIN, now=NOW)
    if actor is None:
        confirmed_by = SECOND
    if confirmed_by:
        (post,) = accounts.queries.posts_of(session, account.code)
        accounts.confirm(session, post.id, actor=confirmed_by, now=NOW)
    return account
