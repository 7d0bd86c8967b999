"""The township's signature, and its answers to the county."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.errors import Conflict
from kit.outbox import emit
from kit.seal import seal
from schemas.codes import Content, Role
from schemas.values import FindingWords, Receipt, Verdict
from schemas.village import RecheckAnswered, TownshipSigned
from services.village import queries, rules
from services.village.commands.access import require, said
from services.village.models import (
    CountyRecheck,
    Finding,
    ReporterMonth,
    TownshipSignature,
    VillageList,
)
from services.village.rules import Reporter, Stage


def sign_township(
    session: Session, township: str, month: str, *, actor: Actor, on: date
) -> TownshipSignature:
    """The head signs all lists that came and are not signed yet, and names the villages that sent
    none; with that the lists are at the county (N-08). What comes later is signed the same way, as
    a supplement, marked late.
    """
    require(
        actor,
        Role.TOWNSHIP_HEAD,
        at=queries.township(session, township).code,
        deed="签发乡镇汇总名单",
    )
    month = queries.month_named(session, month).month
    row = queries.reporter(session, month, Reporter.TOWNSHIP, township, lock=True)
    lists = queries.unsigned_lists(session, month, township)
    missing = queries.villages_without_list(session, month, township)
    if not lists and (row.reported or missing):
        raise Conflict("现在没有待签发的村级名单。村里报来以后再签发。")
    supplement = len(queries.signatures(session, month, township))
    signature = TownshipSignature(
        township=township,
        month=month,
        supplement=supplement,
        signed_on=on,
        late=supplement > 0 or rules.is_late(on, row.due),
        villages=sorted({one.village for one in lists}),
        missing=missing,
        by_account=actor.account,
        by_name=actor.name,
    )
    session.add(signature)
    findings = [found for one in lists for found in _covered(session, one)]
    verdicts = _sign(signature, lists, findings)
    _enter(row, signature, findings)
    emit(
        session,
        TownshipSigned(
            township=township,
            month=month,
            supplement=supplement,
            signed_on=on,
            late=signature.late,
            villages=tuple(signature.villages),
            missing=tuple(missing),
            verdicts=verdicts,
        ),
    )
    return signature


def answer_recheck(
    session: Session, case: str, *, still_at_risk: bool, note: str, actor: Actor, on: date
) -> CountyRecheck:
    """Tell the county what a second look at a household showed (D-09)."""
    found = queries.open_recheck(session, case, lock=True)
    require(
        actor, Role.TOWNSHIP_CLERK, Role.TOWNSHIP_HEAD, at=found.village, deed="答复县里退回的复核"
    )
    if found.answered_on is not None:
        raise Conflict("这件复核已经答复。")
    found.answer = said(note, "复核情况")
    found.still_at_risk, found.answered_on, found.by = still_at_risk, on, actor.label
    head = queries.household(session, found.household).head_name
    emit(
        session,
        RecheckAnswered(
            case=case,
            township=found.township,
            on=on,
            still_at_risk=still_at_risk,
            sealed=seal(session, FindingWords(head_name=head, note=found.answer)),
        ),
    )
    return found


def _covered(session: Session, sent: VillageList) -> list[Finding]:
    return queries.findings_of_list(session, sent.village, sent.month, sent.supplement)


def _sign(
    signature: TownshipSignature, lists: Sequence[VillageList], findings: Sequence[Finding]
) -> tuple[Verdict, ...]:
    """What nobody struck out, the head's signature agrees to."""
    for sent in lists:
        sent.signature = signature.id
    for finding in findings:
        if finding.village_agreed and finding.township_agreed is None:
            finding.township_agreed, finding.township_on = True, signature.signed_on
            finding.township_by = f"{signature.by_name}({Role.TOWNSHIP_HEAD.label})"
        finding.stage = Stage.AT_COUNTY
    return tuple(
        Verdict(finding=one.id, agreed=one.struck_out is None, reason=one.struck_out)
        for one in findings
    )


def _enter(row: ReporterMonth, signature: TownshipSignature, findings: Sequence[Finding]) -> None:
    if not row.reported:
        row.receipt = Receipt(on=signature.signed_on)
        row.timeliness = rules.timeliness(signature.signed_on, row.due)
        row.by_account, row.by_name = signature.by_account, signature.by_name
    row.content = Content.FINDINGS if findings or row.content is Content.FINDINGS else Content.NIL
