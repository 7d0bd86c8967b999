"""The first page."""

from fastapi import Request
from fastapi.responses import HTMLResponse

from kit.service import Service
from kit.tasks.door import Elsewhere
from kit.web import Today, Transaction, Who, page
from services.casework.identification import queries
from services.casework.identification.forms import FileFilter
from services.casework.tasks.policy import policy

router = policy.router()


@router.get("/")
def home(
    request: Request, session: Transaction, actor: Who, today: Today, elsewhere: Elsewhere
) -> HTMLResponse:
    service: Service = request.app.state.service
    files = queries.files(actor, today, FileFilter(ended=False))
    late = queries.files(actor, today, FileFilter(ended=False, overdue=True))
    return page(
        request,
        "home.html",
        tasks=service.open_tasks(session, actor, today),
        elsewhere=elsewhere,
        counts=queries.in_states(session, files),
        late=sum(queries.in_states(session, late).values()),
    )
