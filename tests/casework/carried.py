"""Files as they come to a step, with households whose way before it is not what a test is about."""

from datetime import date

from sqlmodel import Session, select

from kit.actor import SYSTEM, Actor
from schemas.codes import RiskCause, Role, Stratum
from services.casework.comparisons import commands as comparisons
from services.casework.comparisons.forms import AnswerForm, AskForm
from services.casework.comparisons.models import ComparisonRequest
from services.casework.comparisons.rules import Answer
from services.casework.consents.models import Consent
from services.casework.consents.rules import Answer as Signed
from services.casework.consents.rules import ConsentMethod
from services.casework.decisions.forms import DecisionsForm, LineForm
from services.casework.decisions.rules import Verdict
from services.casework.identification import commands, queries
from services.casework.identification.forms import LeadForm
from services.casework.identification.models import Identification
from services.casework.identification.procedure import table_of
from services.casework.identification.rules import FileAction as A
from services.casework.identification.rules import FileState
from services.casework.verification import queries as verification_queries
from tests.casework.town import COUNTY, OFFICE, TOWNSHIP, VILLAGE, Casework, day

VISITOR = Actor("visitor", "周宁", Role.TOWNSHIP_CLERK, TOWNSHIP)
HEAD = Actor("head", "贺平", Role.TOWNSHIP_HEAD, TOWNSHIP)
GROUP = Actor("group", "孟强", Role.LEADING_GROUP, COUNTY)
SECRETARY = Actor("secretary", "何冬", Role.VILLAGE_SECRETARY, VILLAGE)
WAY = (
    *((FileState.CONSENT, A.CONSENT), (FileState.VERIFY, A.VERIFY), (FileState.ASSESS, A.CARRY)),
    *((FileState.POST, A.POST), (FileState.NOTICE, A.CLOSE_NOTICE), (FileState.REVIEW, A.APPROVE)),
    *((FileState.DECIDE, A.ADMIT), (FileState.ANNOUNCE, A.ANNOUNCE)),
)


def lead(casework: Casework, household: str, on: date = day(10)) -> Identification:
    form = LeadForm(household=household, channel="SELF_REPORT", on=on)
    file, _ = casework.do(commands.record_lead, form, actor=OFFICE, on=on)
    return file


def carry(casework: Casework, file: Identification, until: FileState, on: date = day(11)) -> None:
    """Along the way until that step; the visit is entered by the township's visitor."""
    with casework.sessions.begin() as session:
        taken = commands.take(session, file.id)
        for state, action in WAY:
            if taken.state is until:
                return
            if taken.state is state and state in table_of(session, taken).states:
                actor = VISITOR if action is A.VERIFY else SYSTEM
                if action is A.CONSENT:
                    _sign(session, taken, on)
                commands.advance(session, taken, action, actor=actor, on=on)
        assert taken.state is until


def _sign(session: Session, file: Identification, on: date) -> None:
    """The whole household lets its data be compared."""
    who = {"entered_on": on, "entered_by": SYSTEM.label, "entered_account": SYSTEM.account}
    session.add_all(
        Consent(
            file=file.id,
            person=person.key,
            name=person.name,
            answer=Signed.SIGNED,
            method=ConsentMethod.HANDWRITTEN,
            signed_on=on,
            **who,
        )
        for person in verification_queries.people(session, file)
    )


def several(casework: Casework, until: FileState, households=("h1", "h2", "h3")):
    files = [lead(casework, household) for household in households]
    for file in files:
        carry(casework, file, until)
    return files


def compared(casework: Casework, files, *, asked: date = day(11), answered: date | None = day(14)):
    """All departments are asked and, with `answered`, have no doubt."""
    ids = [file.id for file in files]
    requests = casework.do(comparisons.ask_comparison, AskForm(files=ids), actor=OFFICE, on=asked)
    for request in requests if answered else ():
        mine = [file.id for file in files if file.township == request.township]
        form = AnswerForm(files=mine, answer=Answer.CLEAR, answered_on=answered)
        casework.do(comparisons.answer_comparison, request.id, form, actor=OFFICE, on=answered)
    return requests


def requests_of(casework: Casework) -> list[ComparisonRequest]:
    with casework.sessions() as session:
        session.expire_on_commit = False
        return list(session.exec(select(ComparisonRequest).order_by(ComparisonRequest.id)))


def admit(file: Identification, **more) -> LineForm:
    return LineForm(
        **{
            "file": file.id,
            "verdict": Verdict.ADMIT,
            "category": Stratum.MARGINAL,
            "primary_cause": RiskCause.ILLNESS,
            **more,
        }
    )


def refuse(file: Identification, **more) -> LineForm:
    return LineForm(
        **{
            "file": file.id,
            "verdict": Verdict.NOT_ADMIT,
            "reason": "income",
            "words": "上年人均收入高于监测范围",
            **more,
        }
    )


def listed(on: date, *lines: LineForm, title: str = "") -> DecisionsForm:
    return DecisionsForm(on=on, title=title, lines=list(lines))


def state(casework: Casework, file: Identification) -> FileState:
    with casework.sessions() as session:
        return queries.see(session, OFFICE, file.id).state
