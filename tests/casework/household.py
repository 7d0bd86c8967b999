"""A family under way: who belongs to it, and its visit as somebody fills it in."""

from datetime import date
from typing import Any

from kit.seal import id_hash, seal
from rulebook.ids import make_id
from schemas.codes import Stratum
from schemas.values import HouseholdWords, Member, VisitWords
from schemas.village import HouseholdRegistered
from services.casework.identification.models import Identification
from services.casework.verification import queries
from services.casework.verification.forms import VerificationForm
from tests.casework.town import VILLAGE, Casework, day, id_number

MEMBERS = (
    Member(name="户主1", id_number=id_number(1), relationship="户主"),
    Member(name="配偶1", id_number=make_id("990121", date(1972, 5, 1), 12), relationship="配偶"),
    Member(name="长子1", id_number=make_id("990121", date(2015, 5, 1), 13), relationship="儿子"),
    Member(name="次子1", id_number=make_id("990121", date(2023, 5, 1), 15), relationship="儿子"),
)


def family(
    casework: Casework, stratum: Stratum = Stratum.ORDINARY, seen: VisitWords | None = None
) -> Identification:
    """Household 1 as a couple with a child of 11 and one of 3; the county verified on the 18th and had
    `seen` it at home.
    """
    with casework.sessions() as session:
        words = HouseholdWords(
            number="H1", head_name="户主1", id_number=id_number(1), members=MEMBERS
        )
        event = HouseholdRegistered(
            household="h1",
            village=VILLAGE,
            group="01",
            stratum=stratum,
            size=4,
            id_hash=id_hash(session, id_number(1)),
            member_hashes=tuple(id_hash(session, one.id_number) for one in MEMBERS),
            sealed=seal(session, words),
        )
    casework.hear(event, *casework.case(1, day(18), seen=seen))
    return casework.files()[0]


def keys(casework: Casework, file: Identification) -> dict[str, str]:
    """Name → key of the household's persons."""
    with casework.sessions() as session:
        stored = session.get_one(Identification, file.id)
        return {person.name: person.key for person in queries.people(session, stored)}


def filled(casework: Casework, file: Identification, **changed: Any) -> dict[str, Any]:
    """What the same day says; `whole=True` says all of it. Amounts in fen."""
    known = keys(casework, file)
    sheet: dict[str, Any] = {
        "on": day(19),
        "name_1": "赵岩",
        "post_1": "TOWNSHIP_CLERK",
        "name_2": "周某",
        "post_2": "WORK_TEAM",
        "judgement": "AT_RISK",
        "rough_income": 3_000_000,
        "shares": [*known.values()],
    }
    if changed.pop("whole", False):
        sheet |= {
            "causes": ["ILLNESS"],
            "house": "A",
            "water_ok": True,
            "schooling": [f"{known['长子1']}:IN_SCHOOL"],
            "insured": True,
            "wage": 3_080_000,
            "self_paid_medical": 400_000,
        }
    return sheet | changed


def visit(casework: Casework, file: Identification, **changed: Any) -> VerificationForm:
    return VerificationForm(**filled(casework, file, **changed))
