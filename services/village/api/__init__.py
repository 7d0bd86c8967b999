"""JSON doors: translate, and own the transaction."""

from fastapi import APIRouter

from services.village.api import register, reports

router = APIRouter(prefix="/village/api", tags=["village"])
router.include_router(register.router)
router.include_router(reports.router)
