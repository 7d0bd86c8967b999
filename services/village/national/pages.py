"""An export of the national system: what it says otherwise, confirmed once."""

from typing import Annotated

from fastapi import Form as FromPage
from fastapi import Request
from fastapi.responses import HTMLResponse, Response

from kit.forms import fill
from kit.web import Today, Transaction, Who, done, page
from services.village.national import commands, queries
from services.village.national.forms import ConfirmForm
from services.village.national.policy import policy
from services.village.national.rules import ImportState, fingerprint, shown

router = policy.router()


@router.get("/national")
def national_imports(request: Request, session: Transaction, actor: Who) -> HTMLResponse:
    return page(request, "national_imports.html", imports=queries.imports(session))


@router.get("/national/{one}")
def national_import(one: str, request: Request, session: Transaction, actor: Who) -> HTMLResponse:
    row = queries.national_import(session, one)
    policy.permit(actor, "national_import", row)
    waits = row.state is ImportState.WAITING
    difference = queries.compared(session, row).difference if waits else None
    to = f"/village/national/{row.id}"
    values = {"shown": fingerprint(difference)} if difference else {}
    return page(
        request,
        "national_import.html",
        one=row,
        difference=difference,
        shown=shown,
        to=to,
        confirming=fill(request, ConfirmForm, f"{to}/confirmation", values),
    )


@router.post("/national/{one}/confirmation")
def confirm_national(
    one: str,
    session: Transaction,
    actor: Who,
    today: Today,
    form: Annotated[ConfirmForm, FromPage()],
) -> Response:
    commands.confirm_national(session, one, shown=form.shown, actor=actor, on=today)
    return done(f"/village/national/{one}", "已更新登记册。")


@router.post("/national/{one}/leaving")
def leave_national(one: str, session: Transaction, actor: Who, today: Today) -> Response:
    commands.leave_national(session, one, actor=actor, on=today)
    return done("/village/national", "没有导入，登记册没有改动。")
