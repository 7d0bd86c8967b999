"""Public notices for programs."""

from typing import Annotated

from fastapi import Query
from sqlmodel import Session

from kit.web import Today, Transaction, Who
from services.casework.notices import commands, queries
from services.casework.notices.forms import (
    AnswerForm,
    CloseForm,
    NoticeFilter,
    ObjectionForm,
    PostForm,
    TakeDownForm,
)
from services.casework.notices.models import Notice
from services.casework.notices.policy import policy
from services.casework.notices.views import (
    NOTICES,
    NoticedView,
    NoticeView,
    ObjectionView,
    WholeNotice,
)

router = policy.router()


@router.get("/notices")
def notices(
    asked: Annotated[NoticeFilter, Query()], session: Transaction, actor: Who
) -> list[NoticeView]:
    """All of them, the latest first."""
    rows = NOTICES.every(session, queries.notices(actor, asked), asked)
    return [NoticeView.model_validate(row) for row in rows]


@router.get("/notices/{id}")
def notice(id: str, session: Transaction, actor: Who) -> WholeNotice:
    """One notice as it hangs."""
    return _whole(session, queries.see(session, actor, id))


@router.post("/notices")
def post_notice(body: PostForm, session: Transaction, actor: Who, today: Today) -> WholeNotice:
    """A sheet was hung up, of one village or of one township."""
    return _whole(session, commands.post_notice(session, body, actor=actor, on=today))


@router.post("/notices/{id}/replacement")
def replace_notice(
    id: str, body: TakeDownForm, session: Transaction, actor: Who, today: Today
) -> WholeNotice:
    """A wrong sheet came down, a new one hangs: its days begin anew."""
    return _whole(session, commands.replace_notice(session, id, body, actor=actor, on=today))


@router.post("/notices/{id}/closing")
def close_notice(
    id: str, body: CloseForm, session: Transaction, actor: Who, today: Today
) -> WholeNotice:
    """Its days are over; refused before, with the day from which it may close."""
    return _whole(session, commands.close_notice(session, id, body, actor=actor, on=today))


@router.get("/notices/{id}/objections", response_model_exclude_unset=True)
def objections(id: str, session: Transaction, actor: Who) -> list[ObjectionView]:
    """What was objected; a village sees only that something was."""
    queries.see(session, actor, id)
    rows = queries.objections(session, actor, id)
    return [policy.show(actor, "objections", row, ObjectionView) for row in rows]


@router.post("/notices/{id}/objections", response_model_exclude_unset=True)
def receive_objection(
    id: str, body: ObjectionForm, session: Transaction, actor: Who, today: Today
) -> ObjectionView:
    """Somebody objects, with a name or without."""
    stored = commands.receive_objection(session, id, body, actor=actor, on=today)
    return policy.show(actor, "objections", stored, ObjectionView)


@router.post("/objections/{id}/answer", response_model_exclude_unset=True)
def answer_objection(
    id: str, body: AnswerForm, session: Transaction, actor: Who, today: Today
) -> ObjectionView:
    """The township answers."""
    stored = commands.answer_objection(session, id, body, actor=actor, on=today)
    return policy.show(actor, "objections", stored, ObjectionView)


def _whole(session: Session, notice: Notice) -> WholeNotice:
    return WholeNotice(
        **NoticeView.model_validate(notice).model_dump(),
        columns=notice.columns,
        households=[NoticedView.model_validate(line) for line in queries.lines_of(session, notice)],
    )
