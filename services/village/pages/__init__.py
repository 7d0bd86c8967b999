"""Pages in Chinese, one module for each that works on this tier."""

from fastapi import APIRouter

from services.village.pages import findings, groups, months, register, townships, villages

router = APIRouter(prefix="/village", include_in_schema=False)
for part in (groups, findings, villages, townships, months, register):
    router.include_router(part.router)
