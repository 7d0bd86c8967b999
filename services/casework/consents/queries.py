"""Who has signed, who has not, and whose data may be compared."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from kit.actor import Actor
from kit.errors import NotFound
from kit.packs import pack_of
from services.casework.consents.models import Consent
from services.casework.consents.policy import policy
from services.casework.consents.rules import Answer
from services.casework.households.rules import Person
from services.casework.identification import queries as files
from services.casework.identification.models import Identification
from services.casework.identification.rules import FileState
from services.casework.verification import queries as verification


@dataclass(frozen=True)
class Standing:
    """One person: what he answered, None: nothing yet. `owed`: he is grown up and has to be asked."""

    person: Person
    age: int | None
    consent: Consent | None
    owed: bool

    @property
    def signed(self) -> bool:
        return self.consent is not None and self.consent.answer is Answer.SIGNED


def see(session: Session, actor: Actor, file_id: str) -> Identification:
    """The file, if the actor may see who has signed."""
    file = session.get(Identification, file_id)
    if file is None:
        raise NotFound(files.NO_FILE)
    policy.require(actor, "consent", file)
    return file


def consents(session: Session, file_id: str) -> Sequence[Consent]:
    statement = select(Consent).where(Consent.file == file_id)
    return session.exec(statement.order_by(col(Consent.id))).all()


def standings(session: Session, file: Identification, on: date) -> list[Standing]:
    """Everybody of the household; who signed and is no longer in it stands there too."""
    said = {row.person: row for row in consents(session, file.id)}
    people = verification.people(session, file)
    gone = [Person(key, row.name, "") for key, row in said.items()]
    everybody = {person.key: person for person in (*gone, *people)}
    return [
        Standing(
            person, person.age(on), said.get(key), bool(person.is_adult(on)) and key not in said
        )
        for key, person in everybody.items()
    ]


def unsigned(session: Session, file: Identification, on: date) -> list[Person]:
    """Adults whose data may not be compared yet: they have not signed, or refused. Of a file whose
    pack asks for no consent nobody.
    """
    if not pack_of(session, file.pack).identify.consent_required:
        return []
    return [
        one.person
        for one in standings(session, file, on)
        if not one.signed and one.person.is_adult(on)
    ]


def waiting(session: Session, actor: Actor, on: date) -> list[tuple[Identification, list[Person]]]:
    """Files past the consent in which an adult has not been asked: he was away."""
    begun = select(Consent.file).distinct()
    statement = select(Identification).where(
        policy.visible(actor, "consents", Identification),
        col(Identification.id).in_(begun),
        col(Identification.ended_on).is_(None),
        col(Identification.state) != FileState.CONSENT,
    )
    found = [
        (file, [one.person for one in standings(session, file, on) if one.owed])
        for file in session.exec(statement.order_by(col(Identification.number)))
    ]
    return [(file, people) for file, people in found if people]
