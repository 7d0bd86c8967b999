"""The register for programs."""

from typing import Annotated

from fastapi import Query

from kit.web import Transaction, Who
from services.casework.monitored import queries
from services.casework.monitored.forms import MonitoredFilter, PlacesAsked
from services.casework.monitored.policy import policy
from services.casework.monitored.views import (
    MONITORED,
    MonitoredView,
    PlaceView,
    RiskView,
    WholeMonitored,
)

router = policy.router()


@router.get("/monitored")
def monitored(
    asked: Annotated[MonitoredFilter, Query()], session: Transaction, actor: Who
) -> list[MonitoredView]:
    """All of them, by village."""
    rows = MONITORED.every(session, queries.rows(actor, asked), asked)
    return [MonitoredView.model_validate(row) for row in rows]


@router.get("/monitored/places")
def monitored_places(
    asked: Annotated[PlacesAsked, Query()], session: Transaction, actor: Who
) -> list[PlaceView]:
    """Counted by township or village: standing, category, primary cause."""
    return [
        PlaceView(
            code=one.code,
            name=one.name,
            standings=one.standings,
            categories=one.categories,
            causes={cause.value if cause else "": count for cause, count in one.causes.items()},
        )
        for one in queries.places(session, actor, asked.level)
    ]


@router.get("/monitored/{id}")
def monitored_household(id: str, session: Transaction, actor: Who) -> WholeMonitored:
    """One household with the risks that were added since it is monitored."""
    stored = queries.see(session, actor, id)
    return WholeMonitored(
        **MonitoredView.model_validate(stored).model_dump(),
        head_name=queries.lines(session, [stored])[0].head_name,
        national_number=stored.national_number,
        risks=[RiskView.model_validate(risk) for risk in queries.risks(session, id)],
    )
