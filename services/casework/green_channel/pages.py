"""The page of a file's green channel, and the list that the office watches."""

from typing import Annotated, Any

from fastapi import Form as FromPage
from fastapi import Query, Request, Response
from sqlmodel import Session, col

from kit.actor import Actor
from kit.forms import fill
from kit.packs import pack_of
from kit.web import Today, Transaction, Who, done, page
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
from services.casework.green_channel.rules import page_of
from services.casework.green_channel.views import GREEN
from services.casework.identification import queries as files
from services.casework.identification.procedure import BACKFILL_LIMIT, terms
from services.casework.roles import COUNTY

router = policy.router()
OPINIONS = {"true": "同意", "false": "不同意"}
RECOVERS = {"true": "追回", "false": "不追回"}


@router.get("/files/{id}/green-channel")
def green_channel(
    request: Request, id: str, session: Transaction, actor: Who, today: Today
) -> Response:
    """Who asked, who agreed, what was done first, and until when the procedure is made up."""
    file = files.see(session, actor, id)
    policy.require(actor, "green_channel", file)
    rows, held = queries.of_file(session, id), pack_of(session, file.pack)
    last = rows[-1] if rows else None
    waits = last is not None and last.agreed is None and last.opened_on == today
    causes = {str(cause): cause.label for cause in held.green_channel.eligible_causes}
    return page(
        request,
        "green_channel.html",
        file=file,
        line=files.lines(session, [file], today)[0],
        pack=held,
        rows=[(row, queries.measures(session, row.id)) for row in rows],
        limit=terms(session, file).words(BACKFILL_LIMIT, file),
        waits=last if waits else None,
        form=fill(request, OpenForm, page_of(id), options={"cause": causes})
        if file.green_on is None and not waits and queries.concerns(session, file)
        else None,
        answers=_forms(request, session, last, actor, today),
        today=today,
    )


def _forms(
    request: Request, session: Session, row: GreenChannel | None, actor: Actor, today: Today
) -> dict[str, Any]:
    """What may be said of the last asking."""
    if row is None:
        return {}
    to = f"/casework/green-channels/{row.id}"
    false = queries.recoverable(actor).where(col(GreenChannel.id) == row.id)
    shown = {
        "answer": fill(request, AnswerForm, f"{to}/answer", options={"agrees": OPINIONS}),
        "measure": fill(request, MeasureForm, f"{to}/measures", {"on": today}),
    }
    if session.exec(false).first():
        options = {"recovers": RECOVERS}
        shown["recovery"] = fill(request, RecoveryForm, f"{to}/recovery", options=options)
    return shown


@router.post("/files/{id}/green-channel")
def open_green_channel(
    id: str, session: Transaction, actor: Who, today: Today, form: Annotated[OpenForm, FromPage()]
) -> Response:
    commands.open_green_channel(session, id, form, actor=actor, on=today)
    return done(page_of(id), "已提出，请乡镇领导今天同意。")


@router.post("/green-channels/{id}/answer")
def agree_green_channel(
    id: str, session: Transaction, actor: Who, today: Today, form: Annotated[AnswerForm, FromPage()]
) -> Response:
    row = commands.agree_green_channel(session, id, form, actor=actor, on=today)
    said = "已同意。请马上落实帮扶，按期补办程序。" if row.agreed else "已登记不同意。"
    return done(page_of(row.file), said)


@router.post("/green-channels/{id}/measures")
def record_measure(
    id: str,
    session: Transaction,
    actor: Who,
    today: Today,
    form: Annotated[MeasureForm, FromPage()],
) -> Response:
    measure = commands.record_measure(session, id, form, actor=actor, on=today)
    return done(page_of(measure.file), "先行帮扶已登记。")


@router.post("/green-channels/{id}/recovery")
def decide_recovery(
    id: str,
    session: Transaction,
    actor: Who,
    today: Today,
    form: Annotated[RecoveryForm, FromPage()],
) -> Response:
    row = commands.decide_recovery(session, id, form, actor=actor, on=today)
    return done(page_of(row.file), "已登记。")


@router.get("/green-channels")
def green_channels(
    request: Request,
    asked: Annotated[GreenFilter, Query()],
    session: Transaction,
    actor: Who,
    today: Today,
) -> Response:
    """Whose procedure is made up, until when, and who was helped and not admitted."""
    listed = GREEN.page(session, queries.rows(actor, asked, today), asked)
    return page(
        request,
        "green_channels.html",
        listed=listed.map(lambda rows: queries.lines(session, rows, today)),
        counts=queries.counts(session, actor, today),
        filter=fill(request, GreenFilter, "/casework/green-channels", asked),
        part=asked.part,
        office=actor.role in COUNTY,
    )


@router.get("/green-channels.xlsx", name="green_channels")
def workbook(
    asked: Annotated[GreenFilter, Query()], session: Transaction, actor: Who, today: Today
) -> Response:
    rows = GREEN.every(session, queries.rows(actor, asked, today), asked)
    return GREEN.export("绿色通道名单", queries.lines(session, rows, today), on=today)
