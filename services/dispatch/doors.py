"""What several features' doors share."""

from datetime import date
from typing import Annotated

from fastapi import Form
from fastapi.responses import RedirectResponse

from kit.web import done
from rulebook.months import Day

Text = Annotated[str, Form()]
Texts = Annotated[tuple[str, ...], Form()]
Maybe = Annotated[str | None, Form()]
Tick = Annotated[bool, Form()]
MaybeDay = Annotated[Day | None, Form()]


def back(id: str, message: str) -> RedirectResponse:
    return done(f"/dispatch/orders/{id}", message)


def day_or_none(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
