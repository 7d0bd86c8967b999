"""Natural decreases for programs."""

from kit.web import Today, Transaction, Who
from services.casework.decreases import commands, queries
from services.casework.decreases.forms import DecreaseForm
from services.casework.decreases.policy import policy
from services.casework.monitored.views import MonitoredView

router = policy.router()


@router.post("/monitored/{id}/decrease")
def record_decrease(
    id: str, body: DecreaseForm, session: Transaction, actor: Who, today: Today
) -> MonitoredView:
    """The household died out, moved away (and was taken over by `receiver`) or was merged."""
    return MonitoredView.model_validate(commands.record(session, id, body, actor=actor, on=today))


@router.get("/leaving")
def leaving(session: Transaction, actor: Who) -> list[MonitoredView]:
    """Moved away, and not taken over yet."""
    rows = session.exec(queries.leaving(actor)).all()
    return [MonitoredView.model_validate(row) for row in rows]
