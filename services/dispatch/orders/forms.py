"""What a door takes: one model a form."""

from pydantic import BaseModel


class OnBehalf(BaseModel):
    """`on_behalf`: for whom the county's clerk enters it (phone, paper)."""

    on_behalf: str | None = None
