"""What programs are told of a set they sent."""

from pydantic import BaseModel


class TakenOut(BaseModel, from_attributes=True):
    taken: int
    unchanged: int


class TransferredOut(BaseModel):
    """How many households went to another helper."""

    households: int
