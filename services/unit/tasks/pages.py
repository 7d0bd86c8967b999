"""Pages: translate, and own the transaction."""

from fastapi import Request
from fastapi.responses import HTMLResponse

from kit.service import Service
from kit.tasks.door import Elsewhere
from kit.web import Today, Transaction, Who, page
from schemas.codes import Role
from services.unit.findings import queries as findings_queries
from services.unit.months import queries as months_queries
from services.unit.roles import UNIT
from services.unit.tasks.policy import policy
from services.unit.visits import queries as visits_queries

router = policy.router()


@router.get("/")
def home(
    request: Request, session: Transaction, actor: Who, today: Today, elsewhere: Elsewhere
) -> HTMLResponse:
    """What is to be done; for a helper all own households with their state."""
    month = months_queries.latest_month(session)
    helper = month if actor.role is Role.HELPER else None
    service: Service = request.app.state.service
    tasks = service.open_tasks(session, actor, today)
    contacts = visits_queries.contacts(session, helper.month, helper=actor.place) if helper else []
    listed = {contact.row for contact in contacts if contact.row}
    return page(
        request,
        "home.html",
        tasks=tasks,
        elsewhere=elsewhere,
        others=[
            task for task in tasks if task.kind != "contact" or not listed.issuperset(task.objects)
        ],
        month=month,
        reports=actor.role in (Role.HELPER, *UNIT),
        own_unit=f"/unit/units/{actor.place}" if actor.role in UNIT else "",
        contacts=contacts,
        reminders=months_queries.reminders_of(session, actor.place, month.month) if month else [],
        findings=[view for view in findings_queries.reported(session, actor) if not view.ended_on]
        if actor.role is Role.HELPER
        else [],
    )
