"""Pages of the monthly bulletin: list, figures, names one by one, the event behind a figure."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from kit.web import Today, Transaction, Who, done, page
from rulebook.months import YearMonth
from schemas.codes import Role
from services.county.bulletin import commands, queries
from services.county.bulletin.models import BulletinState, NameState
from services.county.bulletin.queries import OFFICE, WHOLE
from services.county.bulletin.rules import explainers

router = APIRouter()
Text = Annotated[str, Form()]


@router.get("/bulletins")
def bulletins(request: Request, session: Transaction, actor: Who) -> Response:
    return page(
        request,
        "bulletin_list.html",
        bulletins=queries.listed(session, actor),
        states={state.value: state for state in BulletinState},
        office=actor.role in OFFICE,
    )


@router.get("/bulletins/{month}")
def bulletin(request: Request, month: YearMonth, session: Transaction, actor: Who) -> Response:
    if actor.role in WHOLE and not queries.is_drafted(session, month):
        return page(
            request, "bulletin_waiting.html", month=month, on=queries.cut_off_day(session, month)
        )
    seen = queries.seen(session, month, actor)
    mine = {
        one["id"]
        for one in seen["names"]
        if (actor.role, actor.place) in explainers(one["kind"], one["code"], one["parent"])
    }
    return page(
        request,
        "bulletin.html",
        bulletin=seen,
        figures=seen.get("figures"),
        mine=mine,
        issued=seen["state"] == BulletinState.ISSUED,
        office=actor.role in OFFICE,
        leader=actor.role is Role.COUNTY_LEADER,
        open=NameState.OPEN,
        unchanged=queries.is_unchanged(session, month),
    )


@router.get("/bulletins/{month}/event")
def event_behind(
    request: Request, month: YearMonth, kind: str, code: str, session: Transaction, actor: Who
) -> Response:
    queries.seen(session, month, actor)
    return page(
        request,
        "bulletin_event.html",
        month=month,
        row=queries.event_behind(session, month, kind, code),
    )


@router.post("/bulletins/{month}/draft")
def draft_bulletin(month: YearMonth, session: Transaction, actor: Who, today: Today) -> Response:
    commands.draft_bulletin(session, month, actor=actor, on=today)
    return _back(month, "通报已起草,数字已冻结。")


@router.post("/bulletins/{month}/demands")
def edit_demands(month: YearMonth, session: Transaction, actor: Who, text: Text = "") -> Response:
    commands.edit_demands(session, month, text, actor=actor)
    return _back(month, "工作要求已修改。")


@router.post("/names/{name_id}/explanation")
def explain(
    name_id: str,
    session: Transaction,
    actor: Who,
    today: Today,
    text: Text = "",
    on_behalf: Text = "",
) -> Response:
    name = commands.explain(
        session, name_id, text, actor=actor, on=today, on_behalf=on_behalf.strip() or None
    )
    return _back(name.month, "情况说明已登记。")


@router.post("/names/{name_id}/approval")
def approve_name(name_id: str, session: Transaction, actor: Who, today: Today) -> Response:
    return _back(
        commands.approve_name(session, name_id, actor=actor, on=today).month, "已同意点名。"
    )


@router.post("/names/{name_id}/acceptance")
def accept_explanation(name_id: str, session: Transaction, actor: Who, today: Today) -> Response:
    return _back(
        commands.accept_explanation(session, name_id, actor=actor, on=today).month,
        "说明成立,不点名。",
    )


@router.post("/names/{name_id}/drop")
def drop_name(
    name_id: str, session: Transaction, actor: Who, today: Today, reason: Text = ""
) -> Response:
    return _back(
        commands.drop_name(session, name_id, reason, actor=actor, on=today).month, "已移出点名。"
    )


@router.post("/names/{name_id}/reopening")
def reopen_name(name_id: str, session: Transaction, actor: Who) -> Response:
    return _back(commands.reopen_name(session, name_id, actor=actor).month, "已恢复为待审定。")


@router.post("/bulletins/{month}/issue")
def issue_bulletin(month: YearMonth, session: Transaction, actor: Who, today: Today) -> Response:
    commands.issue_bulletin(session, month, actor=actor, on=today)
    return _back(month, "通报已签发。")


@router.post("/bulletins/{month}/errata")
def add_erratum(
    month: YearMonth, session: Transaction, actor: Who, today: Today, text: Text = ""
) -> Response:
    erratum = commands.add_erratum(session, month, text, actor=actor, on=today)
    return _back(month, f"更正第{erratum.number}号已发布。")


def _back(month: str, message: str) -> Response:
    return done(f"/county/bulletins/{month}", message)
