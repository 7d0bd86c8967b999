"""JSON doors of the county service, all below `/county/api`."""

from fastapi import APIRouter

from services.county.api import (
    bulletin,
    candidates,
    cases,
    ledger,
    meeting,
    months,
    organisation,
    supervision,
)

router = APIRouter(prefix="/county/api")
for part in (months, organisation, supervision, cases, candidates, ledger, meeting, bulletin):
    router.include_router(part.router)
