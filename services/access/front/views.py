"""What the front door and the services are told."""

from pydantic import BaseModel


class MeOut(BaseModel, from_attributes=True):
    """Whoever sends this token."""

    account: str
    name: str
    role: str
    place: str
    post: str = ""
    session: str = ""
    deputy_for: str = ""


class TokenOut(BaseModel):
    token: str
