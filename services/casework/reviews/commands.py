"""The township reviews. Nobody here commits."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.errors import Conflict, Refused
from kit.ids import new_id
from kit.messaging.outbox import emit
from kit.packs import pack_of
from schemas.casework import HouseholdReviewed
from services.casework.identification.commands import advance
from services.casework.identification.models import Identification
from services.casework.identification.rules import FileAction as A
from services.casework.lists import Taken, demand_day, each
from services.casework.notices.queries import open_objections
from services.casework.reviews.forms import ReviewForm
from services.casework.reviews.models import Review
from services.casework.reviews.policy import policy


def review(session: Session, form: ReviewForm, *, actor: Actor, on: date) -> Taken:
    """The township agrees, or does not; one that is not agreed to goes up with the reason."""
    form.demand_reason()
    batch = new_id()

    def act(file: Identification) -> None:
        policy.require(actor, "review", file)
        _demand_meeting(session, file, form, on)
        if open_objections(session, file.id):
            raise Conflict("公示中的异议还没有答复，答复后再审核。")
        _review(session, file, form, batch, actor=actor, on=on)

    return each(session, form.files, act)


def _demand_meeting(session: Session, file: Identification, form: ReviewForm, on: date) -> None:
    required = pack_of(session, file.pack).identify.township_party_meeting_required
    if required and form.meeting_on is None:
        raise Refused("规定要经乡镇党委会研究，请填写党委会日期。", field="meeting_on")
    if form.meeting_on is not None:
        demand_day(file, form.meeting_on, on)


def _review(
    session: Session, file: Identification, form: ReviewForm, batch: str, *, actor: Actor, on: date
) -> None:
    reason = None if form.agreed else form.reason
    action = A.APPROVE if form.agreed else A.NOT_APPROVE
    advance(session, file, action, actor=actor, on=on, text=reason or "")
    session.add(
        Review(
            batch=batch,
            file=file.id,
            village=file.village,
            township=file.township,
            agreed=form.agreed,
            reason=reason,
            meeting_on=form.meeting_on,
            on=on,
            by=actor.label,
            account=actor.account,
        )
    )
    emit(
        session,
        HouseholdReviewed(
            identification=file.id,
            household=file.household,
            village=file.village,
            township=file.township,
            agreed=form.agreed,
            reason=reason,
            meeting_on=form.meeting_on,
            on=on,
        ),
    )
