"""What a search answers: households to programs, a list of everything to people."""

from pydantic import BaseModel

from kit.lists import Column, Listing
from services.unit.search.queries import Hit


class HouseholdOut(BaseModel):
    household: str
    number: str | None
    head_name: str
    note: str


HITS = Listing[Hit](
    [
        Column("title", "名称"),
        Column("kind", "种类"),
        Column("number", "户编号"),
        Column("note", "说明"),
    ]
)
