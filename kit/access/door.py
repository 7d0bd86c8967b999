"""`GET /<service>/api/me`: who this service takes the caller for; the front door asks access."""

from datetime import datetime
from typing import Any

from fastapi import Request
from pydantic import BaseModel

from kit.access.actor import SignInNeeded, caller
from kit.actor import Actor
from kit.policy import Action, Policy, allow, anywhere
from schemas.codes import Role

policy = Policy(me=Action("查看自己在以哪个岗位办事", allow(*Role, to=anywhere)))
router = policy.router(tags=["me"])


class Me(BaseModel):
    """`place`: a division, unit, team or department code; `expires`: when the token runs out."""

    account: str
    name: str
    role: Role
    place: str
    post: str
    session: str
    deputy_for: str | None = None
    place_name: str = ""
    expires: datetime | None

    @property
    def actor(self) -> Actor:
        return Actor(
            self.account,
            self.name,
            self.role,
            self.place,
            post=self.post,
            session=self.session,
            deputy_for=self.deputy_for,
            place_name=self.place_name,
        )


@router.get("/me")
async def me(request: Request) -> Me:
    """Whoever sends this: account, name, the post in which he acts."""
    found = caller(request)
    if found.fault:
        raise found.fault
    if found.actor is None:
        raise SignInNeeded(found.why)
    said: dict[str, Any] = vars(found.actor) | {"expires": found.expires}
    return Me.model_validate(said)
