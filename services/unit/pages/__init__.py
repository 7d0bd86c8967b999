"""Pages: forms lead to the same commands as the API."""

from fastapi import APIRouter

from services.unit.pages import desk, field, findings, lists, organisation

router = APIRouter(prefix="/unit", tags=["pages"])
for room in (desk, field, findings, lists, organisation):
    router.include_router(room.router)
