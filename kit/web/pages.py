"""Answers that are pages: templates inside the shell, and the way back to one after a form."""

from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from kit.access import signed_in
from kit.assets import static
from kit.clock import local_date
from kit.cookies import MESSAGE, forget, put, read
from kit.dates import show_day, show_moment, show_month
from kit.forms.details import details
from kit.places import InPlaceWords, Speaking
from kit.web.idempotency import KeyInEachForm
from kit.web.shell import Shell

TEMPLATES = Path(__file__).parents[1] / "templates"
# A page holds people's data: kept by nobody on the way. Not `no-store`: whoever goes back after a
# refusal finds what he had typed.
PRIVATE = {"cache-control": "private, no-cache"}


def templates(*folders: Path, shell: Shell = Shell()) -> Environment:
    """Jinja with the shell and the service's own pages; an undefined name is an error, not a
    blank.
    """
    environment = Speaking(
        loader=FileSystemLoader([*folders, TEMPLATES]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=[KeyInEachForm, InPlaceWords],
    )
    environment.globals.update(shell=shell, static=static, form_details=details)
    environment.filters.update(day=show_day, moment=show_moment, month=show_month)
    return environment


def page(request: Request, name: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """Render one of the service's templates inside the shell."""
    state = request.app.state
    shared = {
        "service": state.service.name,
        "actor": signed_in(request),
        "path": request.url.path,
        "now": state.clock(),
        "today": local_date(state.clock()),
        "message": unquote(read(request, MESSAGE)),
    }
    answer = HTMLResponse(
        state.templates.get_template(name).render(shared | values),
        status_code=status,
        headers=PRIVATE,
    )
    if shared["message"]:
        forget(answer, MESSAGE)
    return answer


def done(href: str, message: str = "") -> RedirectResponse:
    """After a form: back to a page (or a place on it, `#…`), which says what was done."""
    answer = RedirectResponse(href, status_code=303)
    if message:
        put(answer, MESSAGE, quote(message, safe=""), seconds=60)
    return answer
