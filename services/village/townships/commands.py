"""The township's signature, and its answers to the county."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.errors import Conflict, Refused
from kit.messaging.outbox import emit
from kit.messaging.parts import in_parts
from schemas.codes import Role
from schemas.values import Receipt, Verdict
from schemas.village import TownshipSigned
from services.village import directory
from services.village.findings import queries as findings_queries
from services.village.findings.models import Finding
from services.village.findings.rules import Stage
from services.village.lists import queries as lists_queries
from services.village.lists.models import VillageList
from services.village.months import queries as months_queries
from services.village.months import rules as months_rules
from services.village.months.commands import follow_villages, hold_reporter
from services.village.months.models import ReporterMonth
from services.village.months.rules import Reporter
from services.village.register import queries as register_queries
from services.village.service import sealed_reason
from services.village.townships import queries
from services.village.townships.models import TownshipSignature
from services.village.townships.policy import policy


def sign_township(
    session: Session,
    township: str,
    month: str,
    *,
    actor: Actor,
    on: date,
    missing_reason: str | None = None,
) -> TownshipSignature:
    """The head signs all lists that came and are not signed yet, and names the villages that sent
    none, with the reason why it is signed all the same; with that the lists are at the county
    (N-08). What comes later is signed the same way, as a supplement, marked late.
    """
    policy.require(actor, "sign_township", register_queries.township(session, township))
    month = months_queries.month_named(session, month).month
    row = hold_reporter(session, month, Reporter.TOWNSHIP, township)
    lists = queries.unsigned_lists(session, month, township)
    missing = lists_queries.villages_without_list(session, month, township)
    if not lists and (row.reported or missing):
        raise Conflict("现在没有待签发的村级名单。村里报来以后再签发。")
    signature = _signature(session, row, lists, actor, on)
    signature.missing = missing
    if not row.reported:
        signature.missing_reason = _missing_reason(session, missing, missing_reason)
    session.add(signature)
    findings = [finding for sent in lists for finding in _covered(session, sent)]
    verdicts = _sign(signature, lists, findings)
    _enter(row, signature)
    follow_villages(session, month, township)
    emit(session, *in_parts(_signed(session, signature, verdicts), "verdicts"))
    return signature


def _signature(
    session: Session, row: ReporterMonth, lists: Sequence[VillageList], actor: Actor, on: date
) -> TownshipSignature:
    supplement = len(queries.signatures(session, row.month, row.code))
    return TownshipSignature(
        township=row.code,
        month=row.month,
        supplement=supplement,
        signed_on=on,
        late=supplement > 0 or months_rules.is_late(on, row.due),
        villages=sorted({sent.village for sent in lists}),
        by_account=actor.account,
        by_name=actor.signature,
    )


def _missing_reason(session: Session, missing: list[str], reason: str | None) -> str | None:
    """A sign-off without some villages says why it does not wait for them (F-02)."""
    if not missing:
        return None
    if bare := (reason or "").strip():
        return bare
    villages = directory.names(session).all(missing)
    raise Refused(
        f"{villages}还没有报。请先催报；确需先签发的，请写明原因。", field="missing_reason"
    )


def _signed(
    session: Session, signature: TownshipSignature, verdicts: tuple[Verdict, ...]
) -> TownshipSigned:
    return TownshipSigned(
        township=signature.township,
        month=signature.month,
        supplement=signature.supplement,
        signed_on=signature.signed_on,
        late=signature.late,
        villages=tuple(signature.villages),
        missing=tuple(signature.missing),
        verdicts=verdicts,
        sealed=sealed_reason(session, signature.missing_reason),
    )


def _covered(session: Session, sent: VillageList) -> list[Finding]:
    return findings_queries.findings_of_list(session, sent.village, sent.month, sent.supplement)


def _sign(
    signature: TownshipSignature, lists: Sequence[VillageList], findings: Sequence[Finding]
) -> tuple[Verdict, ...]:
    """What nobody struck out, the head's signature agrees to."""
    for sent in lists:
        sent.signature = signature.id
    for finding in findings:
        if finding.village_agreed and finding.township_agreed is None:
            finding.township_agreed, finding.township_on = True, signature.signed_on
            finding.township_by = f"{signature.by_name}（{Role.TOWNSHIP_HEAD.label}）"
        finding.stage = Stage.AT_COUNTY
    return tuple(
        Verdict(finding=finding.id, agreed=finding.struck_out is None, reason=finding.struck_out)
        for finding in findings
    )


def _enter(row: ReporterMonth, signature: TownshipSignature) -> None:
    if not row.reported:
        row.receipt = Receipt(on=signature.signed_on)
        row.timeliness = months_rules.timeliness(signature.signed_on, row.due)
        row.by_account, row.by_name = signature.by_account, signature.by_name
