"""What the front door and the services are told."""

from pydantic import BaseModel


class TokenOut(BaseModel):
    token: str
