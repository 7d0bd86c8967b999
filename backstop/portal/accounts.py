"""Sign-in links, as the administrator hands them out."""

import secrets
from typing import Annotated

from fastapi import Form as FromPage
from fastapi import Request
from fastapi.responses import Response
from pydantic import field_validator

from backstop.installation import NOWHERE
from backstop.portal.depends import HandedOut, Installed, shown_at
from backstop.shell import policy
from kit.actor import Actor
from kit.errors import Refused
from kit.forms import Form, field, text
from kit.web import Now, page
from rulebook.scopes import KIND_OF, Scope, ScopeKind, scope_of
from schemas.codes import Role

router = policy.router()


class AccountForm(Form):
    """Who gets a link, as what and for which place."""

    name: str = text("姓名", most=50)
    role: Role = field("身份")
    place: str = text("地方或单位代码", "")

    @field_validator("role")
    @classmethod
    def _handed_out(cls, role: Role) -> Role:
        if role not in KIND_OF:
            raise ValueError("没有这个身份，请从列表中选择")
        return role


@router.get("/accounts")
def accounts(request: Request, application: Installed, links: HandedOut) -> Response:
    return _page(request, application, links)


@router.post("/accounts")
def hand_out(
    request: Request,
    form: Annotated[AccountForm, FromPage()],
    application: Installed,
    links: HandedOut,
    now: Now,
) -> Response:
    scope = scope_given(form.role, form.place, application.installation.county)
    account = f"{form.role.value.lower()}-{secrets.token_hex(4)}"
    token = links.hand_out(Actor(account, form.name, form.role, scope.code), now)
    return _page(request, application, links, f"{shown_at(request)}/sign-in/{token}")


def scope_given(role: Role, place: str, county: str) -> Scope:
    """The place somebody gets with a link; only the county's own people may leave it blank."""
    if not place and KIND_OF[role] is ScopeKind.COUNTY:
        place = county
    try:
        return scope_of(
            role, place, lambda scope: county == NOWHERE or scope.county in (None, county)
        )
    except ValueError as error:
        raise Refused(f"请核对{role.label}的“地方或单位代码”：{error}。") from error


def _page(
    request: Request, application: Installed, links: HandedOut, fresh: str | None = None
) -> Response:
    """`fresh`: the address of the link that was just made."""
    return page(
        request,
        "accounts.html",
        links=links.all(),
        roles=tuple(KIND_OF),
        fresh=fresh,
        county=application.installation.county,
    )
