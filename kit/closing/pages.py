"""The page where an office says that something ends: what is still open there stands above the form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from fastapi import Request
from fastapi.responses import HTMLResponse
from pydantic import Field
from sqlmodel import Session

from kit import directory
from kit.actor import Actor
from kit.closing.forms import ClosingForm, ReopeningForm
from kit.closing.table import Closing
from kit.directory import Entry
from kit.forms import fill
from kit.forms.filling import Filled
from kit.lists import Asking
from kit.service import Service
from kit.tasks import Task, merge
from kit.web import page
from rulebook.months import month_of
from rulebook.scopes import KIND_OF
from schemas.codes import DirectoryKind


class Asked(Asking):
    """`kind` and `code`: what shall end; without them the page offers what may. `above`: of which
    division.
    """

    kind: DirectoryKind | None = Field(None, title="种类")
    code: str | None = Field(None, title="代码")
    above: str | None = Field(None, title="上级")


@dataclass(frozen=True)
class Said:
    """A closing in words, and the form that takes it back."""

    closing: Closing
    name: str
    successor: str
    reopening: Filled


def open_things(service: Service, session: Session, entry: Entry, on: date) -> list[Task]:
    """What stands on the lists of those who act there."""
    roles = [role for role, kind in KIND_OF.items() if kind.value == entry.kind]
    actors = [Actor("", entry.name, role, entry.code) for role in roles]
    tasks = merge(service.open_tasks(session, actor, on) for actor in actors)
    return list(dict.fromkeys(tasks))


def closings_page(
    request: Request,
    session: Session,
    *,
    to: str,
    kinds: Sequence[DirectoryKind],
    offered: Sequence[Entry],
    visible: Sequence[Closing],
    on: date,
    entry: Entry | None = None,
    successors: Mapping[str, str] | None = None,
    notes: Sequence[str] = (),
) -> HTMLResponse:
    """`offered`: what may be chosen; `entry`: what was, with its possible `successors` (code →
    name) and `notes` on what hangs on it. `to`: the page's own path.
    """
    form = None
    if entry is not None:
        form = fill(
            request,
            ClosingForm,
            to,
            {"kind": entry.kind, "code": entry.code, "last_month": month_of(on)},
            options={"successor": successors or {}},
            widgets={"successor": "select"},
        )
    return page(
        request,
        "closings.html",
        to=to,
        offered=offered,
        entry=entry,
        form=form,
        notes=notes,
        tasks=open_things(request.app.state.service, session, entry, on) if entry else [],
        said=_said(request, session, to, kinds, visible),
    )


def _said(
    request: Request,
    session: Session,
    to: str,
    kinds: Sequence[DirectoryKind],
    visible: Sequence[Closing],
) -> list[Said]:
    codes = {code for row in visible for code in (row.code, row.successor) if code}
    names = directory.full_names(session, kinds, codes)
    return [
        Said(
            row,
            names[row.code],
            names[row.successor] if row.successor else "",
            fill(
                request,
                ReopeningForm,
                f"{to}/undo",
                {"kind": row.kind, "code": row.code},
                id=str(row.id),
            ),
        )
        for row in visible
    ]
