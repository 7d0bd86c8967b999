"""Pages of dispatch: what people look at, and the forms they send."""

from fastapi import APIRouter

from services.dispatch.pages import forms, looks

router = APIRouter(prefix="/dispatch", include_in_schema=False)
router.include_router(looks.router)
router.include_router(forms.router)
