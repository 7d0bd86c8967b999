"""The dated changes of a household, and the forms that add one."""

from typing import Annotated

from fastapi import Form as FromPage
from fastapi import Request
from fastapi.responses import HTMLResponse, Response

from kit.forms import fill
from kit.web import Today, Transaction, Who, done, page
from services.village.changes import commands, queries
from services.village.changes.forms import ComingForm, LeavingForm
from services.village.changes.policy import policy
from services.village.changes.rules import COMING, LEAVING, ChangeKind
from services.village.register import queries as register_queries

router = policy.router()


def _choice(kinds: tuple[ChangeKind, ...]) -> dict[str, str]:
    return {kind.value: kind.label for kind in kinds}


@router.get("/households/{household}/changes")
def household_changes(
    household: str, request: Request, session: Transaction, actor: Who
) -> HTMLResponse:
    row, to = register_queries.household(session, household), f"/village/households/{household}"
    policy.permit(actor, "household_changes", row)
    people = queries.may_leave(session, row)
    return page(
        request,
        "household_changes.html",
        household=row,
        changes=queries.changes(session, row.id),
        coming=fill(
            request, ComingForm, f"{to}/coming", options={"kind": _choice(COMING)}, id="coming"
        ),
        leaving=people
        and fill(
            request,
            LeavingForm,
            f"{to}/leaving",
            options={"kind": _choice(LEAVING), "person": people},
            id="leaving",
        ),
    )


@router.post("/households/{household}/coming", name="record_change")
def come(
    household: str,
    session: Transaction,
    actor: Who,
    today: Today,
    form: Annotated[ComingForm, FromPage()],
) -> Response:
    change = commands.come(session, household, form, actor=actor, on=today)
    return done(f"/village/households/{household}/changes", f"已登记{change.kind.label}。")


@router.post("/households/{household}/leaving", name="record_change")
def leave(
    household: str,
    session: Transaction,
    actor: Who,
    today: Today,
    form: Annotated[LeavingForm, FromPage()],
) -> Response:
    change = commands.leave(session, household, form, actor=actor, on=today)
    return done(f"/village/households/{household}/changes", f"已登记{change.kind.label}。")
