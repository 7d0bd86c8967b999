"""The door of the forms that people fill in: blank, or with what is known of their own (F-33)."""

from typing import Annotated

from fastapi import Form as FromPage
from fastapi import Query, Request, Response
from pydantic import Field
from sqlmodel import Session

from kit import audit
from kit.dates import show_month
from kit.documents import Table, sheets
from kit.documents.leaving import because
from kit.errors import NotFound
from kit.forms import Form, field, fill
from kit.policy import Action, Policy, allow, anywhere
from kit.policy.purpose import PurposeForm
from kit.sheets.sheet import FormAsked, SheetForm, SheetKind
from kit.web import Today, Transaction, Who, page
from rulebook.months import AnyYearMonth, month_of
from rulebook.types import Short
from schemas.codes import Role

LINES = 15  # of a blank form, to be written on by hand
# A blank form says nothing of anybody; what one is filled in with, the feature's own policy allows.
policy = Policy(sheet_form=Action("下载空白表", allow(*Role, to=anywhere)))
router = policy.router(tags=["forms"])
KindName = Annotated[str, Field(max_length=50)]


class FormQuery(Form):
    month: AnyYearMonth = field("月份", "")
    filled: bool = field("填好已知的内容", False)
    place: Short = field("地方或单位", "")


@router.get("/forms/{kind}.xlsx", include_in_schema=False)
def sheet_form(
    kind: KindName,
    request: Request,
    session: Transaction,
    actor: Who,
    today: Today,
    asked: Annotated[FormQuery, Query()],
) -> Response:
    """Whoever does not hand a kind in gets it blank, whatever the feature would fill in for him. Of
    one with many people's whole numbers: first the page that asks what for.
    """
    of_kind, month = _kind(request, kind), asked.month or month_of(today)
    if not asked.filled or of_kind.filled is None or actor.role not in of_kind.roles:
        return workbook(of_kind, of_kind.blank or SheetForm(of_kind.title), month)
    if of_kind.asks_purpose:
        to = f"{request.url.path}?{request.url.query}"
        form = fill(request, PurposeForm, to)
        return page(request, "purpose.html", title=of_kind.title, form=form)
    return _filled(of_kind, session, FormAsked(actor, month, today, asked.place))


@router.post("/forms/{kind}.xlsx", name="sheet_form", include_in_schema=False)
def sheet_form_for_purpose(
    kind: KindName,
    request: Request,
    session: Transaction,
    actor: Who,
    today: Today,
    asked: Annotated[FormQuery, Query()],
    form: Annotated[PurposeForm, FromPage()],
) -> Response:
    """The filled one; what it is for stands on it and in the audit."""
    of_kind, month = _kind(request, kind), asked.month or month_of(today)
    if actor.role not in of_kind.roles:
        return workbook(of_kind, of_kind.blank or SheetForm(of_kind.title), month)
    because(form.said)
    audit.unmasked(None, form.said)
    return _filled(of_kind, session, FormAsked(actor, month, today, asked.place))


def _filled(kind: SheetKind, session: Session, asked: FormAsked) -> Response:
    if kind.filled is None:
        raise NotFound("这种表没有可以填好的内容，请下载空白表。")
    made = kind.filled(session, asked)
    audit.counted(len(made.rows))
    return workbook(kind, made, asked.month)


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
