"""评议记录."""

from datetime import date
from pathlib import Path

from sqlmodel import Session

from kit.documents import Paper, letter
from kit.packs import pack
from services.casework.assessments import queries
from services.casework.assessments.models import Assessment
from services.casework.identification.queries import place_names

NOBODY = "无"
TEMPLATES = Path(__file__).parents[1] / "docx"


def minutes(session: Session, meeting: Assessment, on: date) -> Paper:
    """The minutes of the meeting, with a list to be signed by who was there."""
    place = place_names(session, {meeting.village})[meeting.village]
    households = [
        {
            "no": number,
            "head_name": shown.file.head_name,
            "in_favour": shown.votes.in_favour,
            "against": shown.votes.against,
            "abstained": shown.votes.abstained,
            "relatives": "、".join(shown.votes.relatives) or NOBODY,
            "outcome": shown.votes.outcome,
            "note": shown.votes.note,
        }
        for number, shown in enumerate(queries.shown(session, meeting, on), 1)
    ]
    seats = range(1, meeting.attended + 1)
    return letter(
        TEMPLATES / "assessment.docx",
        f"{place}民主评议记录",
        {
            "village": place,
            "meeting": meeting,
            "households": households,
            "stepped_out": any(one["relatives"] != NOBODY for one in households),
            "seats": [
                {"left": seat, "right": seat + 1 if seat + 1 in seats else ""}
                for seat in seats[::2]
            ],
        },
        places=pack(session, meeting.held_on).division_terms,
    )
