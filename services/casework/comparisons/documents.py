"""The list as a department gets it."""

from sqlmodel import Session, select

from kit.database.columns import among
from services.casework.comparisons import queries
from services.casework.comparisons.models import ComparisonRequest
from services.casework.comparisons.views import SheetLine
from services.casework.households import queries as households_queries
from services.casework.identification import queries as files_queries
from services.casework.identification.models import Identification


def sheet_lines(session: Session, request: ComparisonRequest) -> list[SheetLine]:
    """Each household with its members' names and numbers; whoever may see them was asked before."""
    lines = queries.lines_of(session, request.id)
    asked = among(Identification.id, [line.file for line in lines])
    files = {file.id: file for file in session.exec(select(Identification).where(asked))}
    known = households_queries.known(
        session, [file.household for file in files.values() if file.household]
    )
    villages = files_queries.place_names(session, {line.village for line in lines})
    found = []
    for line in lines:
        file = files[line.file]
        household = known.get(file.household or "")
        head = household.id_number if household else file.id_number
        people = queries.persons(session, file, request.asked_on)
        found.append(
            SheetLine(
                file.number,
                household.head_name if household else file.head_name,
                next((one.id_number for one in people if one.id_number == head), None),
                villages[line.village],
                "；".join(f"{one.name} {one.id_number or ''}".strip() for one in people),
                line.answer.label if line.answer else "",
                line.text or "",
                line.id,
            )
        )
    return found
