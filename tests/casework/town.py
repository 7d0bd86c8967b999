"""What casework hears, as other services send it, and what it has said."""

from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID

from aiokafka import ConsumerRecord
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session, select

from backstop.services import service_named
from kit.actor import Actor
from kit.clock import ZONE
from kit.deadlines import FIRE, Due
from kit.ids import new_id
from kit.messaging.outbox import emitted
from kit.seal import id_hash, seal
from rulebook.ids import make_id
from schemas.codes import RiskCause, Role, Stratum, Tier
from schemas.county import CaseOpened, CaseVerified
from schemas.event import Event
from schemas.values import HouseholdWords, Member, VisitWords
from schemas.village import HouseholdRegistered
from services.casework.identification.models import FileEntry, Identification

COUNTY = "990121000000"
TOWNSHIP, OTHER_TOWNSHIP = "990121100000", "990121300000"
VILLAGE, OTHER_VILLAGE = "990121100201", "990121300301"
BEGAN = datetime(2026, 9, 1, 8, tzinfo=ZONE)
OFFICE = Actor("office", "王敏", Role.COUNTY_CLERK, COUNTY)
TOWNSHIP_CLERK = Actor("township", "赵岩", Role.TOWNSHIP_CLERK, TOWNSHIP)
CLERK = Actor("village", "吕静", Role.VILLAGE_CLERK, VILLAGE)
OTHER_CLERK = Actor("other-village", "何某", Role.VILLAGE_CLERK, OTHER_VILLAGE)


def day(number: int, month: int = 9) -> date:
    return date(2026, month, number)


def id_number(number: int) -> str:
    return make_id("990121", date(1970, 1, 1), number)


class Casework:
    """The service under test."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self.sessions, self.service, self.offset = sessions, service_named("casework"), 0

    def hear(self, *events: Event, at: datetime | None = None, times: int = 2) -> None:
        """Deliver events, sent `at` that moment, each `times` over: the second must change nothing."""
        records = [self._record(event, at or BEGAN.replace(day=2)) for event in events]
        for _ in range(times):
            with self.sessions.begin() as session:
                self.service.handlers.handle(session, records)

    def _record(self, event: Event, at: datetime) -> ConsumerRecord:
        self.offset += 1
        headers = (
            ("ce_source", f"/backstop/{COUNTY}/{event.topic.removeprefix('backstop.')}".encode()),
            ("ce_id", str(UUID(new_id())).encode()),
            ("ce_type", event.type.encode()),
            ("ce_time", at.isoformat().encode()),
        )
        body = event.model_dump_json().encode()
        place, subject = (event.topic, 0, self.offset, 0, 0), event.subject.encode()
        return ConsumerRecord(*place, subject, body, None, 0, 0, headers)

    def household(self, number: int, village: str = VILLAGE, **more) -> HouseholdRegistered:
        head = Member(name=f"户主{number}", id_number=id_number(number), relationship="户主")
        with self.sessions() as session:
            words = HouseholdWords(
                number=f"H{number}", head_name=head.name, id_number=head.id_number, members=(head,)
            )
            hash_ = id_hash(session, id_number(number))
            return HouseholdRegistered(
                household=f"h{number}",
                village=village,
                group="01",
                stratum=Stratum.ORDINARY,
                size=1,
                id_hash=hash_,
                member_hashes=(hash_,),
                sealed=seal(session, words),
                **more,
            )

    def case(
        self,
        number: int,
        on: date,
        *,
        household: str | None = None,
        case: str | None = None,
        urgent: bool = False,
        seen: VisitWords | None = None,
    ) -> tuple[CaseOpened, CaseVerified]:
        """The county opens and verifies a case of household `h‹number›`, on the same day."""
        what = {
            "case": case or f"case-{number}",
            "number": f"XS-{number}",
            "household": household or f"h{number}",
            "village": VILLAGE,
            "on": on,
            "findings": (),
            "urgent": urgent,
        }
        with self.sessions() as session:
            visit = seal(session, seen) if seen else None
        return (
            CaseOpened(**what, tiers=(Tier.VILLAGE,)),
            CaseVerified(
                **what,
                primary_cause=RiskCause.ILLNESS,
                causes=(RiskCause.ILLNESS,),
                needs=(),
                visit=visit,
            ),
        )

    def do(self, command: Callable, *args, **more):
        with self.sessions.begin() as session:
            return command(session, *args, **more)

    def said(self, kind: type[Event]) -> list[Event]:
        with self.sessions() as session:
            return [event for event in emitted(session) if isinstance(event, kind)]

    def files(self) -> list[Identification]:
        with self.sessions() as session:
            session.expire_on_commit = False
            return list(session.exec(select(Identification).order_by(Identification.number)))

    def deeds(self, file: Identification) -> list[str]:
        with self.sessions() as session:
            rows = select(FileEntry).where(FileEntry.file == file.id).order_by(FileEntry.id)
            return [str(row.action) for row in session.exec(rows)]

    def ring(self, until: date) -> None:
        """What is due until the end of that day fires."""
        now = datetime(until.year, until.month, until.day, 23, 59, 59, 999999, tzinfo=ZONE)
        with self.sessions.begin() as session:
            while row := session.execute(FIRE, {"now": now, "failed": []}).one_or_none():
                self.service.jobs.takes[row.name](session, Due(row.about, row.at))
