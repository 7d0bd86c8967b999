"""A household's consent for programs."""

from datetime import date

from sqlmodel import Session

from kit.packs import pack_of
from kit.web import Today, Transaction, Who
from services.casework.consents import commands, queries
from services.casework.consents.forms import ConsentForm, GiveUpForm
from services.casework.consents.policy import policy
from services.casework.consents.queries import Standing
from services.casework.consents.views import ConsentView, GivenUp, StandingView
from services.casework.identification.models import Identification

router = policy.router()


@router.get("/files/{id}/consent")
def consent(id: str, session: Transaction, actor: Who, today: Today) -> ConsentView:
    """Each person of the household, and what he answered."""
    return _view(session, queries.see(session, actor, id), today)


def _view(session: Session, file: Identification, on: date) -> ConsentView:
    return ConsentView(
        file=file.id,
        required=pack_of(session, file.pack).identify.consent_required,
        people=[_standing(one) for one in queries.standings(session, file, on)],
    )


def _standing(one: Standing) -> StandingView:
    said = one.consent
    return StandingView(
        key=one.person.key,
        name=one.person.name,
        relationship=one.person.relationship,
        age=one.age,
        answer=said.answer if said else None,
        method=said.method if said else None,
        signed_on=said.signed_on if said else None,
        owed=one.owed,
    )


@router.post("/files/{id}/consent")
def sign_consent(
    id: str, body: ConsentForm, session: Transaction, actor: Who, today: Today
) -> ConsentView:
    """The household signs; later who was away, or changed his mind."""
    commands.sign_consent(session, id, body, actor=actor, on=today)
    return _view(session, queries.see(session, actor, id), today)


@router.post("/files/{id}/give-up")
def give_up(id: str, body: GiveUpForm, session: Transaction, actor: Who, today: Today) -> GivenUp:
    """The household does not want to be identified: the file ends, its orders go on."""
    file = commands.give_up(session, id, body, actor=actor, on=today)
    return GivenUp(file=file.id, ended_on=file.ended_on)
