"""Every post with every row of comparisons, reviews, decisions and the register: its own, a
neighbour's and a foreign one; list and door agree, and nobody is let in whom nothing connects.
"""

import pytest
from sqlmodel import select

from kit.policy import Policy
from schemas.codes import Role
from schemas.monitored import Standing
from services.casework import service
from services.casework.comparisons.models import ComparisonLine, ComparisonRequest
from services.casework.comparisons.policy import policy as of_comparisons
from services.casework.decisions import commands
from services.casework.decisions.forms import AnnounceForm
from services.casework.decisions.models import Announcement, Decision, DecisionList
from services.casework.decisions.policy import policy as of_decisions
from services.casework.identification.models import Identification
from services.casework.identification.rules import FileState as S
from services.casework.monitored.models import Monitored
from services.casework.monitored.policy import policy as of_monitored
from services.casework.reviews.policy import policy as of_reviews
from tests.casework.carried import admit, compared, listed, refuse, several
from tests.casework.town import OFFICE, Casework, day
from tests.helpers import posts

ASKED = [
    *((of_comparisons, name, ComparisonRequest) for name in ("comparisons", "comparison_sheet")),
    *((of_comparisons, name, ComparisonRequest) for name in ("answer_comparison",)),
    *((of_comparisons, name, ComparisonLine) for name in ("doubts", "recheck_doubt")),
    (of_comparisons, "ask_comparison", Identification),
    *((of_reviews, name, Identification) for name in ("reviews", "review")),
    *(
        (of_decisions, name, Identification)
        for name in ("decide", "announce", "entries", "record_entry")
    ),
    *((of_decisions, name, Decision) for name in ("to_tell", "tell", "decision_letter")),
    (of_decisions, "decisions", DecisionList),
    (of_decisions, "announcements", Announcement),
    *(
        (of_monitored, name, Monitored)
        for name in ("monitored", "monitored_places", "monitored_household")
    ),
]
# Who may in his own place, as an office reads it.
COUNTY = {Role.COUNTY_CLERK, Role.COUNTY_LEADER}
OFFICE_ALONE, GROUP = {Role.COUNTY_CLERK}, {Role.LEADING_GROUP}
TOWNSHIP = {Role.TOWNSHIP_CLERK, Role.TOWNSHIP_HEAD}
VILLAGE = {Role.VILLAGE_CLERK, Role.VILLAGE_SECRETARY}
EVERYBODY = COUNTY | GROUP | TOWNSHIP | VILLAGE
MAY = {
    "comparisons": COUNTY,
    "comparison_sheet": OFFICE_ALONE,
    "answer_comparison": OFFICE_ALONE,
    "ask_comparison": OFFICE_ALONE,
    "doubts": COUNTY | TOWNSHIP,
    "recheck_doubt": TOWNSHIP,
    "reviews": COUNTY | TOWNSHIP,
    "review": TOWNSHIP,
    "decisions": COUNTY | GROUP,
    "open_list": OFFICE_ALONE | GROUP,
    "decide": OFFICE_ALONE | GROUP,
    "announcements": COUNTY | GROUP,
    "announce": OFFICE_ALONE,
    "entries": COUNTY | TOWNSHIP,
    "record_entry": OFFICE_ALONE | TOWNSHIP,
    "to_tell": EVERYBODY,
    "tell": VILLAGE,
    "decision_letter": EVERYBODY,
    "monitored": EVERYBODY,
    "monitored_places": EVERYBODY,
    "monitored_household": EVERYBODY,
}


@pytest.fixture
def decided(casework: Casework) -> Casework:
    """In each of two townships one household admitted and announced; in the first one refused."""
    first, second, foreign = several(casework, S.DECIDE, ("h1", "h2", "h5"))
    compared(casework, [first, second, foreign])
    form = listed(day(21), admit(first), refuse(second), admit(foreign))
    casework.do(commands.decide_all, form, actor=OFFICE, on=day(21))
    form = AnnounceForm(files=[first.id, foreign.id], on=day(22), where="县政府网站")
    casework.do(commands.announce, form, actor=OFFICE, on=day(22))
    return casework


def test_the_tables_say_who_may():
    tables: tuple[Policy, ...] = (of_comparisons, of_decisions, of_monitored, of_reviews)
    said = {name: set(table[name].roles) for table in tables for name in table}
    assert said == MAY


def test_every_post_with_every_row(decided: Casework):
    judged = {
        (id(policy), name, model): posts.Judged(policy, name, model)
        for policy, name, model in ASKED
    }
    with decided.sessions() as session:
        found = list(posts.disagreements(session, service.Table, judged))
    assert not found, "\n".join(map(str, found[:30]))


@pytest.mark.parametrize(("role", "own"), [(Role.VILLAGE_CLERK, 1), (Role.TOWNSHIP_CLERK, 1)])
def test_a_place_sees_its_own_households_and_the_county_all(decided: Casework, role, own):
    with decided.sessions() as session:
        for actor, count in (
            (posts.post(role), own),
            (posts.post(role, posts.PLACES[posts.KIND_OF[role]][1]), 0),
            (posts.post(Role.COUNTY_LEADER), 2),
        ):
            statement = select(Monitored).where(
                of_monitored.visible(actor, "monitored", Monitored),
                Monitored.standing == Standing.MONITORED,
            )
            assert len(session.exec(statement).all()) == count
