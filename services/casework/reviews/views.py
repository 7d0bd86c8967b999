"""What the doors of reviews answer."""

from pydantic import BaseModel

from services.casework.identification.views import FileView
from services.casework.lists import Taken


class Fallen(BaseModel):
    """A file that was left as it is, and why."""

    number: str
    why: str


class TakenView(BaseModel):
    """What an act by list did."""

    done: list[FileView]
    fallen: list[Fallen]

    @classmethod
    def of(cls, taken: Taken) -> "TakenView":
        return cls(
            done=[FileView.model_validate(file) for file in taken.done],
            fallen=[Fallen(number=number, why=why) for number, why in taken.fallen],
        )
