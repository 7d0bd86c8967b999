"""Every post with every green channel: its own, a neighbour's and a foreign one; list and door agree."""

import pytest

from schemas.codes import Role
from services.casework import service
from services.casework.green_channel.models import GreenChannel
from services.casework.green_channel.policy import policy
from services.casework.identification.models import Identification
from tests.casework.carried import lead
from tests.casework.played import Played
from tests.casework.town import Casework, day
from tests.helpers import posts

COUNTY = {Role.COUNTY_CLERK, Role.COUNTY_LEADER}
TOWNSHIP = {Role.TOWNSHIP_CLERK, Role.TOWNSHIP_HEAD}
VILLAGE = {Role.VILLAGE_CLERK, Role.VILLAGE_SECRETARY}
MAY = {
    "green_channel": COUNTY | TOWNSHIP | VILLAGE | {Role.LEADING_GROUP},
    "green_channels": COUNTY | TOWNSHIP,
    "open_green_channel": {Role.TOWNSHIP_CLERK},
    "agree_green_channel": {Role.TOWNSHIP_HEAD},
    "record_measure": TOWNSHIP | {Role.COUNTY_CLERK},
    "decide_recovery": {Role.COUNTY_CLERK},
}
ASKED = {
    "green_channel": Identification,
    "open_green_channel": Identification,
    "green_channels": GreenChannel,
    "agree_green_channel": GreenChannel,
    "record_measure": GreenChannel,
    "decide_recovery": GreenChannel,
}


@pytest.fixture
def asked(casework: Casework) -> Casework:
    """One asking waits, one was agreed to; a foreign file has none."""
    for household in ("h1", "h2"):
        played = Played(casework, id=lead(casework, household).id)
        played.ask_green(day(14))
        if household == "h2":
            played.agree_green(day(14))
    lead(casework, "h5")
    return casework


def test_the_table_says_who_may():
    assert {name: set(policy[name].roles) for name in policy} == MAY


def test_every_post_with_every_row(asked: Casework):
    judged = {
        (id(policy), name, model): posts.Judged(policy, name, model)
        for name, model in ASKED.items()
    }
    with asked.sessions() as session:
        found = list(posts.disagreements(session, service.Table, judged))
    assert not found, "\n".join(map(str, found[:30]))
