"""The door of the forms that people fill in: blank, or with what is known of their own (F-33)."""

from typing import Annotated

from fastapi import Query, Request, Response
from pydantic import Field

from kit import audit
from kit.dates import show_month
from kit.documents import Table, sheets
from kit.errors import NotFound
from kit.forms import Form, field
from kit.policy import Action, Policy, allow, anywhere
from kit.sheets.sheet import FormAsked, SheetForm, SheetKind
from kit.web import Today, Transaction, Who
from rulebook.months import AnyYearMonth, month_of
from rulebook.types import Short
from schemas.codes import Role

LINES = 15  # of a blank form, to be written on by hand
# A blank form says nothing of anybody; what one is filled in with, the feature's own policy allows.
policy = Policy(sheet_form=Action("下载空白表", allow(*Role, to=anywhere)))
router = policy.router(tags=["forms"])


class FormQuery(Form):
    month: AnyYearMonth = field("月份", "")
    filled: bool = field("填好已知的内容", False)
    place: Short = field("地方或单位", "")


@router.get("/forms/{kind}.xlsx", include_in_schema=False)
def sheet_form(
    kind: Annotated[str, Field(max_length=50)],
    request: Request,
    session: Transaction,
    actor: Who,
    today: Today,
    asked: Annotated[FormQuery, Query()],
) -> Response:
    of_kind, month = _kind(request, kind), asked.month or month_of(today)
    if asked.filled and of_kind.filled:
        made = of_kind.filled(session, FormAsked(actor, month, today, asked.place))
        audit.counted(len(made.rows))
    else:
        made = of_kind.blank or SheetForm(of_kind.title)
    return workbook(of_kind, made, month)


def workbook(kind: SheetKind, made: SheetForm, month: str) -> Response:
    """The form to be saved: its title names the month where it is one of a month."""
    title = made.title.replace("{month}", show_month(month))
    rows = [[row.get(column, "") for column in kind.columns] for row in made.rows]
    blank = [[""] * len(kind.columns)] * LINES
    note = made.note.replace("{month}", show_month(month))
    table = Table(title, kind.columns, rows or blank, note)
    return sheets(title, [table]).answer()


def _kind(request: Request, name: str) -> SheetKind:
    for kind in request.app.state.service.sheets:
        if kind.name == name and kind.roles:
            return kind
    raise NotFound("没有这种表。")
