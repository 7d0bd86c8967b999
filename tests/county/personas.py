"""Events as other services send them, and how they reach the county."""

import json
from collections.abc import Callable, Sequence
from datetime import date
from uuid import UUID

from aiokafka import ConsumerRecord
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from backstop.services import service_named
from kit.actor import Actor
from kit.ids import new_id
from kit.messaging.outbox import emitted
from kit.seal import id_hash, seal
from kit.tasks import Task, merge
from rulebook.ids import make_id
from schemas.codes import RiskCause, Severity, Stratum, VisitMode
from schemas.event import Event
from schemas.unit import UnitListSigned, UnitListSubmitted, VisitRecorded
from schemas.values import Finding, FindingWords, HouseholdWords, Member, Receipt, Since, Verdict
from schemas.village import GroupReported, HouseholdRegistered, ListSubmitted, TownshipSigned
from services.county.organisation.forms import TeamForm

COUNTY, TOWNSHIP, OTHER_TOWNSHIP = "990121000000", "990121100000", "990121200000"
VILLAGE, OTHER_VILLAGE = "990121100201", "990121100203"
MONTH = "2026-09"
# What a visit has to say before anything is decided.
SEEN = {"met": "户主", "house": "安全", "medical": "自付三万元", "income": "支出大于收入"}


def day(number: int, month: int = 9) -> date:
    return date(2026, month, number)


class County:
    """The county service under test: what it hears, and what it has said."""

    def __init__(self, sessions: sessionmaker[Session], handlers) -> None:
        self.sessions, self.handlers, self.offset = sessions, handlers, 0

    def hear(self, *events: Event, times: int = 2) -> list[ConsumerRecord]:
        """Deliver events, each `times` over: the second must change nothing."""
        records = [self._record(event) for event in events]
        for _ in range(times):
            with self.sessions.begin() as session:
                self.handlers.handle(session, records)
        return records

    def _record(self, event: Event) -> ConsumerRecord:
        self.offset += 1
        source = f"/backstop/990121000000/{event.destination.removeprefix('backstop.')}"
        headers = (
            ("ce_source", source.encode()),
            ("ce_id", str(UUID(new_id())).encode()),
            ("ce_type", type(event).type.encode()),
        )
        return ConsumerRecord(
            event.destination,
            0,
            self.offset,
            0,
            0,
            event.subject.encode(),
            event.model_dump_json().encode(),
            None,
            0,
            0,
            headers,
        )

    def said(self, kind: type[Event] | None = None) -> list[Event]:
        with self.sessions() as session:
            return [event for event in emitted(session) if kind is None or isinstance(event, kind)]

    def do(self, command: Callable, *args, **more):
        with self.sessions.begin() as session:
            return command(session, *args, **more)

    def id_number(self, number: int) -> str:
        return make_id("990121", date(1970, 1, 1), number)

    def finding(
        self,
        household: int,
        *,
        causes: Sequence[RiskCause] = (RiskCause.ILLNESS,),
        since: date | None = None,
        about: bool = False,
        severity: Severity = Severity.ORDINARY,
        village: str = VILLAGE,
        finding: str | None = None,
        already_reported: bool = False,
        struck_out: str | None = None,
        household_id: str | None = None,
        on_register: bool = True,
        words: dict | None = None,
        hashed: bool = True,
    ) -> Finding:
        number = self.id_number(household)
        with self.sessions() as session:
            text = (
                {"risk_point": "住院花费大", "matter": "落实医疗救助"} if words is None else words
            )
            sealed = seal(
                session, FindingWords(head_name=f"户主{household}", id_number=number, **text)
            )
            hash_ = id_hash(session, number) if hashed else None
        return Finding(
            finding=finding or new_id(),
            household=household_id or f"h{household}",
            village=village,
            group="01",
            id_hash=hash_,
            causes=tuple(causes),
            severity=severity,
            since=Since(day=since, about=about),
            found_on=day(10),
            already_reported=already_reported,
            struck_out=struck_out,
            sealed=sealed,
            on_register=on_register,
        )

    def household(self, number: int, village: str = VILLAGE, **more) -> HouseholdRegistered:
        id_number, child = self.id_number(number), self.id_number(number + 500)
        with self.sessions() as session:
            sealed = seal(
                session,
                HouseholdWords(
                    number=f"H{number:04}",
                    head_name=f"户主{number}",
                    id_number=id_number,
                    phone="16000000001",
                    members=(
                        Member(name=f"户主{number}", id_number=id_number, relationship="01"),
                        Member(name=f"孩子{number}", id_number=child, relationship="20"),
                    ),
                ),
            )
            fields = {
                "household": f"h{number}",
                "village": village,
                "group": "01",
                "stratum": Stratum.ORDINARY,
                "size": 2,
                "id_hash": id_hash(session, id_number),
                "member_hashes": (id_hash(session, child),),
                "sealed": sealed,
            }
        return HouseholdRegistered(**(fields | more))


def open_tasks(session: Session, who: Actor, on: date) -> list[Task]:
    """What stands on somebody's page of tasks."""
    return merge(tasks(session, who, on) for tasks in service_named("county").tasks)


def submitted(
    *findings: Finding, nil: bool = False, on: date = day(18), village: str = VILLAGE, **more
) -> ListSubmitted:
    fields = {"late": on > day(20), "month": MONTH} | more
    return ListSubmitted(
        village=village,
        township=TOWNSHIP,
        receipt=Receipt(on=on),
        nil=nil,
        findings=findings,
        **fields,
    )


def signed(*verdicts: Verdict, on: date = day(28), **more) -> TownshipSigned:
    fields = {"late": False, "villages": (VILLAGE,), "month": MONTH} | more
    return TownshipSigned(township=TOWNSHIP, signed_on=on, verdicts=verdicts, **fields)


def unit_list(
    *findings: Finding, nil: bool = False, on: date = day(24), unit: str = "U001"
) -> UnitListSubmitted:
    return UnitListSubmitted(
        unit=unit, month=MONTH, receipt=Receipt(on=on), nil=nil, findings=findings
    )


def unit_signed(
    *verdicts: Verdict, on: date = day(25), unit: str = "U001", **more
) -> UnitListSigned:
    fields = {"nil": False, "required": 6, "contacted": 5, "unreached": 1} | more
    return UnitListSigned(
        unit=unit, month=MONTH, signed_on=on, late=on > day(25), verdicts=verdicts, **fields
    )


def agreed(*findings: Finding) -> tuple[Verdict, ...]:
    return tuple(Verdict(finding=finding.finding, agreed=True) for finding in findings)


def visit(
    household: int,
    *,
    on: date,
    at_risk: bool = False,
    since: date | None = None,
    unit: str = "U001",
) -> VisitRecorded:
    return VisitRecorded(
        visit=new_id(),
        household=f"h{household}",
        helper=f"{unit}-01",
        unit=unit,
        month=MONTH,
        on=on,
        mode=VisitMode.FIELD_VISIT,
        at_risk=at_risk,
        causes=(RiskCause.ILLNESS,) if at_risk else (),
        since=Since(day=since),
    )


def group_report(
    *at_risk: int, nil: bool = True, on: date = day(17), village: str = VILLAGE
) -> GroupReported:
    return GroupReported(
        village=village,
        group="01",
        month=MONTH,
        receipt=Receipt(on=on),
        late=False,
        nil=nil,
        at_risk=tuple(f"h{number}" for number in at_risk),
    )


def a_team(code: str, name: str, leader: str, *townships: str) -> TeamForm:
    return TeamForm(code=code, name=name, leader=leader, townships=townships)


def body(response) -> dict:
    return json.loads(response.content)
