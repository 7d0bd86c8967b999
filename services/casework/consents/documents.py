"""授权书: what a household signs."""

from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.documents import Paper, letter
from services.casework.consents import queries
from services.casework.documents import TEMPLATES, day_or_blank, places_of
from services.casework.identification import queries as files


def consent_letter(session: Session, actor: Actor, file_id: str, on: date) -> Paper:
    """With a line for each adult; who has signed already stands there with his day."""
    file = queries.see(session, actor, file_id)
    line = files.lines(session, [file], on)[0]
    signers = [
        {
            "name": one.person.name,
            "relationship": one.person.relationship,
            "id_number": one.person.id_number or "",
            "signed": f"{one.consent.answer.label}（{one.consent.method.label}）"
            if one.consent
            else "",
            "on": day_or_blank(one.consent.signed_on if one.consent else None),
        }
        for one in queries.standings(session, file, on)
        if one.person.is_adult(on) is not False
    ]
    values = {
        "number": file.number,
        "head_name": line.head_name,
        "place": line.village,
        "signers": signers,
    }
    name, places = f"授权书{file.number}", places_of(session, file)
    return letter(TEMPLATES / "consent.docx", name, values, places=places)
