"""Intake: findings of all three tiers, listed, signed, struck out (N-08, N-11, N-13; GT-24,
GT-26).
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date

from sqlmodel import Session, col, select

from kit.messaging.inbox import origin
from kit.seal import unseal
from schemas.codes import Severity, Tier
from schemas.unit import UnitListSigned, UnitListSubmitted, Verification
from schemas.values import Finding, FindingWords, Name, Verdict
from schemas.village import (
    GroupReported,
    GroupReportWithdrawn,
    ListSubmitted,
    TownshipSigned,
    UrgentFindingSigned,
)
from services.county.cases.commands import bring_to_county, match, note_struck_out
from services.county.cases.models import KeptVerdict, Source, SourceStage
from services.county.cases.rules import struck_out_words
from services.county.locks import hold_cases
from services.county.missed_discoveries import commands as missed_discoveries_commands
from services.county.reporters import commands as reporters_commands


@dataclass(frozen=True)
class Report:
    """What named a finding: whose report of which month, and when it came."""

    tier: Tier
    reporter: str
    month: str
    received_on: date
    supplement: int = 0
    late: bool = False


def record_list(session: Session, event: ListSubmitted) -> None:
    """A village's list: its findings are known at once, and at the county when the township has
    signed.
    """
    report = Report(
        Tier.VILLAGE, event.village, event.month, event.receipt.on, event.supplement, event.late
    )
    for finding in event.findings:
        record_finding(session, finding, report)
    reporters_commands.note_list(session, event)
    missed_discoveries_commands.keep_list(session, event)


def record_urgent(session: Session, event: UrgentFindingSigned) -> None:
    """An urgent finding is at the county the day it is signed (I-13, GT-24)."""
    report = Report(Tier.VILLAGE, event.village, event.month, event.signed_on)
    source = record_finding(session, event.finding, report)
    if source.stage == SourceStage.SUBMITTED:
        bring_to_county(session, source, event.signed_on)
    missed_discoveries_commands.weigh(session, [source.household], event.month, event.signed_on)


def sign_township(session: Session, event: TownshipSigned) -> None:
    """The township's head signed: what it agreed to is at the county, the rest stays visible with
    its reason.
    """
    for verdict in event.verdicts:
        apply_verdict(session, verdict, on=event.signed_on, late=event.late, by="乡镇")
    reporters_commands.note_township(session, event)


def record_unit_list(session: Session, event: UnitListSubmitted) -> None:
    report = Report(Tier.UNIT, event.unit, event.month, event.receipt.on, event.supplement)
    verified = {one.finding: one for one in event.verifications}
    for finding in event.findings:
        source = record_finding(session, finding, report)
        _note_verified(session, source, verified.get(finding.finding), event.unverified_reason)
    reporters_commands.note_unit_list(session, event)
    missed_discoveries_commands.weigh(
        session, _households(session, event.findings), event.month, event.receipt.on
    )


def _note_verified(
    session: Session, source: Source, verified: Verification | None, reason: str | None
) -> None:
    """Who of the unit looked into it, when and how, or why nobody is named (N-11)."""
    if verified is None:
        source.unverified_reason = reason
        return
    source.verified_by = unseal(session, verified.sealed, Name).name
    source.verified_on, source.verified_how = verified.on, verified.how


def sign_unit_list(session: Session, event: UnitListSigned) -> None:
    for verdict in event.verdicts:
        apply_verdict(session, verdict, on=event.signed_on, late=event.late, by="帮扶单位")
    reporters_commands.note_unit_signature(session, event)
    struck = session.exec(
        select(Source.household).where(
            col(Source.finding).in_(
                [verdict.finding for verdict in event.verdicts if not verdict.agreed]
            )
        )
    ).all()
    missed_discoveries_commands.weigh(session, struck, event.month, event.signed_on)


def record_group_report(session: Session, event: GroupReported) -> None:
    reporters_commands.note_group(session, event)
    missed_discoveries_commands.keep_group_report(session, event)


def withdraw_group_report(session: Session, event: GroupReportWithdrawn) -> None:
    reporters_commands.note_group_withdrawal(session, event)
    missed_discoveries_commands.drop_group_report(session, event)


def record_finding(session: Session, finding: Finding, report: Report) -> Source:
    """Keep one finding; one that travelled alone before its list stays the same source (GT-24)."""
    hold_cases(session)
    source = _already_here(session, finding, report)
    if source is not None:
        source.already_reported = source.already_reported or finding.already_reported
        return source
    source = _source(session, finding, report)
    match(session, source)
    session.add(source)
    if kept := session.get(KeptVerdict, finding.finding):
        session.delete(kept)
        verdict = Verdict(finding=kept.finding, agreed=kept.agreed, reason=kept.reason)
        apply_verdict(session, verdict, on=kept.signed_on, late=kept.late, by=kept.by)
    return source


def apply_verdict(session: Session, verdict: Verdict, *, on: date, late: bool, by: str) -> None:
    """What a signature says of one finding; kept when the signature has overtaken its list."""
    hold_cases(session)
    source = session.get(Source, verdict.finding, with_for_update=True)
    if source is None:
        session.merge(
            KeptVerdict(
                finding=verdict.finding,
                agreed=verdict.agreed,
                reason=verdict.reason,
                signed_on=on,
                late=late,
                by=by,
                origin=origin(session),
            )
        )
    elif source.stage != SourceStage.SUBMITTED:
        return  # urgent and here already, or struck out before
    elif verdict.agreed:
        source.late = source.late or late
        bring_to_county(session, source, on)
    else:
        source.stage, source.struck_out = (
            SourceStage.STRUCK_OUT,
            struck_out_words(by, verdict.reason, says_who=source.tier is Tier.VILLAGE),
        )
        source.struck_out_on = on
        session.add(source)
        note_struck_out(session, source, on)


def _already_here(session: Session, finding: Finding, report: Report) -> Source | None:
    source = session.get(Source, finding.finding, with_for_update=True)
    if source or not finding.already_reported:
        return source
    urgent = select(Source).where(
        Source.tier == report.tier,
        Source.reporter == report.reporter,
        Source.month == report.month,
        Source.household == finding.household,
        Source.severity == Severity.URGENT,
    )
    return session.exec(urgent).first()


def _source(session: Session, finding: Finding, report: Report) -> Source:
    return Source(
        finding=finding.finding,
        stage=SourceStage.STRUCK_OUT if finding.struck_out else SourceStage.SUBMITTED,
        struck_out=finding.struck_out,
        struck_out_on=report.received_on if finding.struck_out else None,
        household=finding.household,
        village=finding.village,
        group_no=finding.group,
        id_hash=finding.id_hash,
        on_register=finding.on_register,
        causes=list(finding.causes),
        severity=finding.severity,
        already_reported=finding.already_reported,
        since_day=finding.since.day,
        since_about=finding.since.about,
        found_on=finding.found_on,
        origin=origin(session),
        **asdict(report),
        **unseal(session, finding.sealed, FindingWords).model_dump(),
    )


def _households(session: Session, findings: Iterable[Finding]) -> list[str]:
    ids = [finding.finding for finding in findings]
    return list(session.exec(select(Source.household).where(col(Source.finding).in_(ids))))
