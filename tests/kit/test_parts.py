"""What is too long for one message travels in several (F-22)."""

import typing
from datetime import date

import pytest

from kit.errors import Refused
from kit.messaging.outbox import LONGEST, emit, emitted
from kit.messaging.parts import in_parts
from schemas import county, department, dispatch, unit, village
from schemas.codes import RiskCause, VisitMode
from schemas.county import BulletinIssued
from schemas.event import Event, InParts
from schemas.unit import UnitListSigned, UnitListSubmitted, Verification
from schemas.values import Finding, Receipt, Verdict

ON = date(2026, 11, 18)
# Lists of events that come whole, and why each stays short.
SHORT = {
    "a form's field of several: a handful": {"aliases", "townships", "co_handlers"},
    "of one household": {
        "accounts",
        "causes",
        "findings",
        "member_hashes",
        "tiers",
        "answers",
        "needs",
    },
    "each clock once": {"provisional", "clocks"},
    "of one person: a handful": {"posts"},
    "of one meeting, one list or one household's file: tens, seldom hundreds": {
        "households",
        "identifications",
        "doubts",
        "unanswered",
    },
    "codes or ids of 20 to 50 bytes: room for 18,000": {
        "groups",
        "gone",
        "villages",
        "units",
        "missing",
        "at_risk",
        "silent",
        "orders",
    },
}
PARTED = {"findings", "verifications", "verdicts", "lines", "titles"}


def finding(number: int, sealed: int) -> Finding:
    return Finding(
        finding=f"f{number}",
        household=f"h{number}",
        village="990321100202",
        causes=(RiskCause.NATURAL_DISASTER,),
        found_on=ON,
        sealed="x" * sealed,
    )


def verification(number: int) -> Verification:
    return Verification(finding=f"f{number}", on=ON, how=VisitMode.PHONE, sealed="y" * 500)


def unit_list(findings: int, verified: int, sealed: int = 2_500) -> UnitListSubmitted:
    return UnitListSubmitted(
        unit="W01",
        month="2026-11",
        receipt=Receipt(on=ON),
        nil=False,
        findings=tuple(finding(number, sealed) for number in range(findings)),
        verifications=tuple(verification(number) for number in range(verified)),
    )


def test_f_22_what_fits_is_one_event():
    for event in (unit_list(0, 0), unit_list(150, 150)):
        assert in_parts(event, "findings", beside="verifications") == [event]


def test_f_22_a_long_list_is_shared_out_and_each_part_fits():
    whole = unit_list(900, 800)
    parts = in_parts(whole, "findings", beside="verifications")
    assert [part.part for part in parts] == list(range(len(parts)))
    assert [part.more for part in parts] == [True] * (len(parts) - 1) + [False]
    assert sum((part.findings for part in parts), ()) == whole.findings
    assert sum((part.verifications for part in parts), ()) == whole.verifications
    for part in parts:
        assert len(part.model_dump_json().encode()) <= LONGEST
        mine = {finding.finding for finding in part.findings}
        assert {verified.finding for verified in part.verifications} <= mine
        assert (part.unit, part.month, part.receipt) == (whole.unit, whole.month, whole.receipt)


def test_f_22_also_by_the_reasons_of_a_signature_and_by_one_item_after_the_other():
    verdicts = tuple(
        Verdict(finding=f"f{n}", agreed=False, reason="水" * 500) for n in range(1_000)
    )
    event = UnitListSigned(
        unit="W01",
        month="2026-11",
        signed_on=ON,
        late=False,
        nil=False,
        required=1_000,
        contacted=1_000,
        unreached=0,
        verdicts=verdicts,
    )
    parts = in_parts(event, "verdicts")
    assert len(parts) > 1
    assert sum((part.verdicts for part in parts), ()) == verdicts
    assert all(len(part.model_dump_json().encode()) <= LONGEST for part in parts)
    huge = in_parts(unit_list(3, 3, sealed=700_000), "findings", beside="verifications")
    assert [len(part.findings) for part in huge] == [1, 1, 1]


def test_f_22_what_still_does_not_fit_is_refused_in_a_sentence(village_sessions):
    with village_sessions() as session:
        with pytest.raises(Refused, match="分几次办理"):
            emit(session, BulletinIssued(month="长" * LONGEST, issued_on=ON, sha256=""))
        session.rollback()
        assert emitted(session) == []


def test_f_22_every_list_in_an_event_is_shared_out_or_known_to_be_short():
    """A new event with a list says here why it stays short, or travels `InParts`."""
    assert {village, unit, county, dispatch, department}  # all events are known
    short, lists = set().union(*SHORT.values()), set[str]()
    for event in (event for name, event in Event.known.items() if "test" not in name):
        for name, info in event.model_fields.items():
            if typing.get_origin(info.annotation) is tuple and event.__module__.startswith(
                "schemas"
            ):
                lists.add(name)
                assert name in short or (issubclass(event, InParts) and name in PARTED), (
                    event,
                    name,
                )
    assert lists == short | PARTED
