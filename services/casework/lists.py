"""Acts by list: one meeting or one sheet, many households; one that falls out holds back no other."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlmodel import Session

from kit.dates import show_day
from kit.errors import Forbidden, Refused
from services.casework.identification.commands import take
from services.casework.identification.models import Identification


@dataclass
class Taken:
    """What an act did: the files it moved, and the numbers of those that fell out, each with its
    sentence.
    """

    done: list[Identification] = field(default_factory=list)
    fallen: list[tuple[str, str]] = field(default_factory=list)

    def said(self, deed: str) -> str:
        """已审核3户。SB-…：…"""
        return f"{deed}{len(self.done)}户。" + "".join(
            f"{number}没有办成：{sentence}" for number, sentence in self.fallen
        )


def each(session: Session, files: Iterable[str], act: Callable[[Identification], None]) -> Taken:
    """Do it for every file, each in a savepoint of its own; where none could be done, the first
    sentence is raised. Whoever may not do it for one of them does it for none.
    """
    taken, first = Taken(), None
    for file in [take(session, file_id) for file_id in sorted(set(files))]:
        number = file.number
        try:
            with session.begin_nested():
                act(file)
        except Forbidden:
            raise
        except Refused as refused:
            first = first or refused
            taken.fallen.append((number, str(refused)))
        else:
            taken.done.append(file)
    if first and not taken.done:
        raise _named(first, taken.fallen)
    return taken


def _named(first: Refused, fallen: list[tuple[str, str]]) -> Refused:
    """The first refusal, which says of each household why."""
    said = [why if number in why else f"{number}：{why}" for number, why in fallen]
    return type(first)("".join(said), field=first.field)


def demand_day(file: Identification, on: date, today: date) -> None:
    """`Refused` for a day to come, or before the file came to this step."""
    if on > today:
        raise Refused(f"{file.number}：日期不能晚于今天（{show_day(today)}），请改。", field="on")
    if on < file.stage_since:
        raise Refused(
            f"{file.number}：日期不能早于到“{file.state.label}”的{show_day(file.stage_since)}，请改。",
            field="on",
        )
