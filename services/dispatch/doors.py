"""What several features' doors share."""

from datetime import date

from fastapi.responses import RedirectResponse

from kit.web import done


def back(id: str, message: str) -> RedirectResponse:
    return done(f"/dispatch/orders/{id}", message)


def day_or_none(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
