"""Pages of the county service, all below `/county`."""

from fastapi import APIRouter

from services.county.pages import bulletin, candidates, cases, desk, ledger, meeting, supervision

router = APIRouter(prefix="/county", include_in_schema=False)
for part in (desk, supervision, cases, candidates, ledger, meeting, bulletin):
    router.include_router(part.router)
