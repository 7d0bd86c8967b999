from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session, col, select

from kit.messaging.outbox import emitted
from schemas.event import Event
from services.village.findings.forms import FindingDraft
from services.village.months import commands as months_commands
from services.village.register import commands as register_commands
from services.village.register.models import Household
from tests.village.personas import DIVISIONS, GROUPS, HOUSEHOLDS, MONTH, OFFICE, on


@pytest.fixture
def sessions(village_sessions: sessionmaker[Session]) -> sessionmaker[Session]:
    """Master data registered, September open."""
    with village_sessions.begin() as session:
        register_commands.name_divisions(session, DIVISIONS, actor=OFFICE)
        register_commands.name_groups(session, GROUPS, actor=OFFICE)
        register_commands.register_households(session, HOUSEHOLDS, actor=OFFICE, on=on(1))
        months_commands.open_month(session, MONTH, on=on(1))
    return village_sessions


@pytest.fixture
def session(sessions: sessionmaker[Session]) -> Iterator[Session]:
    with sessions() as one:
        yield one


@dataclass
class Register:
    """Households by their number."""

    session: Session

    def __getitem__(self, number: str) -> str:
        return self.session.exec(select(Household.id).where(col(Household.number) == number)).one()

    def draft(self, number: str, **more) -> FindingDraft:
        said = {"causes": ["ILLNESS"], "risk_point": "住院自付费用大", "matter": "医疗救助"} | more
        return FindingDraft(household=self[number], **said)


@pytest.fixture
def register(session: Session) -> Register:
    return Register(session)


@pytest.fixture
def heard() -> Callable[..., list[Event]]:
    """The events of one kind in the outbox, oldest first."""
    return lambda session, kind: [event for event in emitted(session) if isinstance(event, kind)]
