"""What is answered of an entry that is a double, or was mended."""

from pydantic import BaseModel


class DoubleOut(BaseModel, from_attributes=True):
    """`duplicate_of`: the id of the other entry of the same person."""

    id: str
    number: str | None
    village: str
    duplicate_of: str | None
