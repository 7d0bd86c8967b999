"""The township's signature, and its answers to the county."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.errors import Conflict
from kit.messaging.outbox import emit
from schemas.codes import Content, Role
from schemas.values import Receipt, Verdict
from schemas.village import TownshipSigned
from services.village.findings import queries as findings_queries
from services.village.findings.models import Finding
from services.village.findings.rules import Stage
from services.village.lists import queries as lists_queries
from services.village.lists.models import VillageList
from services.village.months import queries as months_queries
from services.village.months import rules as months_rules
from services.village.months.commands import hold_reporter
from services.village.months.models import ReporterMonth
from services.village.months.rules import Reporter
from services.village.register import queries as register_queries
from services.village.townships import queries
from services.village.townships.models import TownshipSignature
from services.village.townships.policy import policy


def sign_township(
    session: Session, township: str, month: str, *, actor: Actor, on: date
) -> TownshipSignature:
    """The head signs all lists that came and are not signed yet, and names the villages that sent
    none; with that the lists are at the county (N-08). What comes later is signed the same way, as
    a supplement, marked late.
    """
    policy.require(actor, "sign_township", register_queries.township(session, township))
    month = months_queries.month_named(session, month).month
    row = hold_reporter(session, month, Reporter.TOWNSHIP, township)
    lists = queries.unsigned_lists(session, month, township)
    missing = lists_queries.villages_without_list(session, month, township)
    if not lists and (row.reported or missing):
        raise Conflict("现在没有待签发的村级名单。村里报来以后再签发。")
    supplement = len(queries.signatures(session, month, township))
    signature = TownshipSignature(
        township=township,
        month=month,
        supplement=supplement,
        signed_on=on,
        late=supplement > 0 or months_rules.is_late(on, row.due),
        villages=sorted({sent.village for sent in lists}),
        missing=missing,
        by_account=actor.account,
        by_name=actor.name,
    )
    session.add(signature)
    findings = [finding for sent in lists for finding in _covered(session, sent)]
    verdicts = _sign(signature, lists, findings)
    _enter(row, signature, findings)
    emit(session, _signed(signature, verdicts))
    return signature


def _signed(signature: TownshipSignature, verdicts: tuple[Verdict, ...]) -> TownshipSigned:
    return TownshipSigned(
        township=signature.township,
        month=signature.month,
        supplement=signature.supplement,
        signed_on=signature.signed_on,
        late=signature.late,
        villages=tuple(signature.villages),
        missing=tuple(signature.missing),
        verdicts=verdicts,
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


def _enter(row: ReporterMonth, signature: TownshipSignature, findings: Sequence[Finding]) -> None:
    if not row.reported:
        row.receipt = Receipt(on=signature.signed_on)
        row.timeliness = months_rules.timeliness(signature.signed_on, row.due)
        row.by_account, row.by_name = signature.by_account, signature.by_name
    row.content = Content.FINDINGS if findings or row.content is Content.FINDINGS else Content.NIL
