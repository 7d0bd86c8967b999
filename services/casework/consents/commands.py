"""A household signs, a member who was away signs later, a household gives up. Nobody here commits."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.errors import Conflict, Refused
from kit.messaging.outbox import emit
from kit.seal import seal
from schemas.casework import ConsentSigned, ConsentWords
from services.casework.consents import queries
from services.casework.consents.forms import ConsentForm, GiveUpForm
from services.casework.consents.models import Consent
from services.casework.consents.policy import policy
from services.casework.consents.rules import PAPER, Answer
from services.casework.identification import commands as files
from services.casework.identification.models import Identification
from services.casework.identification.procedure import table_of
from services.casework.identification.rules import FileAction as A
from services.casework.identification.rules import FileState as S
from services.casework.verification.queries import earliest


def sign_consent(
    session: Session, file_id: str, form: ConsentForm, *, actor: Actor, on: date
) -> list[Consent]:
    """The household's signature moves the file on; later who was away, or changed his mind, signs."""
    file = files.take(session, file_id)
    policy.require(actor, "sign_consent", file)
    first = file.state is S.CONSENT
    if not first and not queries.consents(session, file.id):
        table_of(session, file).require(file, A.CONSENT)
    if file.ended_on is not None:
        raise Conflict("这份识别档案已经办完，不用再签。")
    _demand_day(file, form.on, on)
    rows = _answers(session, file, form, actor=actor, on=on)
    if first and not any(row.answer is Answer.SIGNED for row in rows):
        raise Refused("还没有人同意授权。全户不愿意的，请登记自愿放弃。", field="covered")
    session.add_all(rows)
    session.flush()
    text = _said(rows, form)
    paper = PAPER.format(file.id)
    if first:
        day = max(form.on, file.stage_since)
        files.advance(session, file, A.CONSENT, actor=actor, on=day, text=text, paper=paper)
    else:
        files.note(
            session, file, A.NOTE, actor=actor, on=on, text=f"补签承诺授权：{text}", paper=paper
        )
    _tell(session, file, form.on, on)
    return rows


def _demand_day(file: Identification, signed_on: date, on: date) -> None:
    if signed_on > on:
        raise Refused("签署日期不能晚于今天。", field="on")
    if signed_on < earliest(file):
        raise Refused("签署日期不能早于收到线索的日期，请核对。", field="on")


def _answers(
    session: Session, file: Identification, form: ConsentForm, *, actor: Actor, on: date
) -> list[Consent]:
    """The rows that this signature adds, or changes where who refused signs after all."""
    known = {one.person.key: one for one in queries.standings(session, file, form.on)}
    given = dict.fromkeys(form.covered, Answer.SIGNED)
    refusing = dict.fromkeys(form.refused, Answer.REFUSED)
    if given.keys() & refusing.keys():
        raise Refused("同一个人不能既同意又不同意，请核对。", field="refused")
    if (given.keys() | refusing.keys()) - known.keys():
        raise Refused("家庭成员有变动，请重新打开本页再填。", field="covered")
    rows = []
    for key, answer in (given | refusing).items():
        before, person = known[key].consent, known[key].person
        if person.is_adult(form.on) is False:
            raise Refused(f"{person.name}未满18岁，由户主或监护人签，不用选。", field="covered")
        if before is not None and before.answer is Answer.SIGNED:
            raise Conflict(f"{person.name}已经签过，不用再签。")
        row = before or Consent(file=file.id, person=key, name=person.name)  # type: ignore[call-arg]
        row.answer, row.method, row.signed_on = answer, form.method, form.on
        row.entered_on, row.entered_by, row.entered_account = on, actor.label, actor.account
        rows.append(row)
    if not rows:
        raise Refused("请选签字的人。", field="covered")
    return rows


def _said(rows: list[Consent], form: ConsentForm) -> str:
    parts = []
    for answer in Answer:
        names = "、".join(row.name for row in rows if row.answer is answer)
        if names:
            parts.append(f"{answer.label}：{names}")
    return "；".join([*parts, form.method.label])


def _tell(session: Session, file: Identification, signed_on: date, on: date) -> None:
    everybody = queries.standings(session, file, signed_on)
    signed = tuple(one.person.name for one in everybody if one.signed)
    refused = tuple(
        one.person.name for one in everybody if one.consent is not None and not one.signed
    )
    open_ = tuple(one.person.name for one in everybody if one.owed)
    words = ConsentWords(covered=signed, unsigned=open_, refused=refused)
    emit(
        session,
        ConsentSigned(
            identification=file.id,
            household=file.household,
            id_hash=file.id_hash,
            village=file.village,
            signed_on=signed_on,
            covered=len(signed),
            unsigned=len(open_),
            refused=len(refused),
            on=on,
            sealed=seal(session, words),
        ),
    )


def give_up(
    session: Session, file_id: str, form: GiveUpForm, *, actor: Actor, on: date
) -> Identification:
    """The household signs that it does not want to be identified: the file ends, orders of its needs
    go on.
    """
    file = files.take(session, file_id)
    policy.require(actor, "give_up", file)
    table_of(session, file).require(file, A.GIVE_UP)
    _demand_day(file, form.on, on)
    text = f"{form.signer}（{form.method.label}）：{form.reason}"
    paper = PAPER.format(file.id)
    day = max(form.on, file.stage_since)
    files.advance(
        session, file, A.GIVE_UP, actor=actor, on=day, text=text, paper=paper, reason=text
    )
    return file
