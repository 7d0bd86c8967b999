"""Green channels for programs."""

from typing import Annotated

from fastapi import Query
from sqlmodel import Session

from kit.web import Today, Transaction, Who
from services.casework.green_channel import commands, queries
from services.casework.green_channel.forms import (
    AnswerForm,
    GreenFilter,
    MeasureForm,
    OpenForm,
    RecoveryForm,
)
from services.casework.green_channel.models import GreenChannel
from services.casework.green_channel.policy import policy
from services.casework.green_channel.views import GREEN, GreenView, MeasureView, WholeGreen
from services.casework.identification import queries as files

router = policy.router()


@router.get("/files/{id}/green-channel")
def green_channel(id: str, session: Transaction, actor: Who) -> list[WholeGreen]:
    """Each asking of this file; the last one counts."""
    stored = files.see(session, actor, id)
    policy.require(actor, "green_channel", stored)
    return [_whole(session, row) for row in queries.of_file(session, id)]


def _whole(session: Session, row: GreenChannel) -> WholeGreen:
    done = [MeasureView.model_validate(one) for one in queries.measures(session, row.id)]
    return WholeGreen.model_validate(row).model_copy(update={"measures": done})


@router.get("/green-channels")
def green_channels(
    asked: Annotated[GreenFilter, Query()], session: Transaction, actor: Who, today: Today
) -> list[GreenView]:
    """All that were agreed to, or of one part: whose procedure is made up, is late, is done, or who was
    not admitted.
    """
    rows = GREEN.every(session, queries.rows(actor, asked, today), asked)
    return [GreenView.model_validate(row) for row in rows]


@router.post("/files/{id}/green-channel")
def open_green_channel(
    id: str, body: OpenForm, session: Transaction, actor: Who, today: Today
) -> GreenView:
    """The township's clerk asks for it."""
    row = commands.open_green_channel(session, id, body, actor=actor, on=today)
    return GreenView.model_validate(row)


@router.post("/green-channels/{id}/answer")
def agree_green_channel(
    id: str, body: AnswerForm, session: Transaction, actor: Who, today: Today
) -> GreenView:
    """The township's leader answers, on the same day."""
    row = commands.agree_green_channel(session, id, body, actor=actor, on=today)
    return GreenView.model_validate(row)


@router.post("/green-channels/{id}/measures")
def record_measure(
    id: str, body: MeasureForm, session: Transaction, actor: Who, today: Today
) -> MeasureView:
    """What was done first."""
    measure = commands.record_measure(session, id, body, actor=actor, on=today)
    return MeasureView.model_validate(measure)


@router.post("/green-channels/{id}/recovery")
def decide_recovery(
    id: str, body: RecoveryForm, session: Transaction, actor: Who, today: Today
) -> GreenView:
    """Whether aid is claimed back after a false statement."""
    row = commands.decide_recovery(session, id, body, actor=actor, on=today)
    return GreenView.model_validate(row)
