"""An export of the national system beside our register: numbers follow, all else waits for people."""

from kit.messaging.outbox import emitted
from kit.seal import seal
from schemas.casework import NationalCompared
from schemas.codes import Stratum
from schemas.values import NationalWords
from schemas.village import NationalHousehold, NationalImported
from services.casework.national import queries
from services.casework.national.rules import Difference
from services.casework.national.tasks import tasks
from tests.casework.carried import HEAD
from tests.casework.test_monitored import monitored, rows
from tests.casework.town import COUNTY, OFFICE, Casework, day

IMPORT = "import-1"


def said(casework: Casework, number: int, category=Stratum.MARGINAL, **more) -> NationalHousehold:
    with casework.sessions() as session:
        sealed = seal(session, NationalWords(number=f"9901{number}"))
    return NationalHousehold(
        household=f"h{number}", category=category, identified="2026-09", sealed=sealed, **more
    )


def imported(*households: NationalHousehold, **more) -> NationalImported:
    usual = {"county": COUNTY, "imported": IMPORT, "on": day(28)}
    return NationalImported(**usual | more, households=households)


def differing(casework: Casework) -> list[tuple[Difference, str]]:
    with casework.sessions() as session:
        lines = queries.lines(session, queries.differing(session))
        return [(line.difference, line.household) for line in lines]


def compared(casework: Casework) -> list[NationalCompared]:
    with casework.sessions() as session:
        return [event for event in emitted(session) if isinstance(event, NationalCompared)]


def test_the_number_follows_and_nothing_else_does(casework: Casework):
    before = monitored(casework, "h1")
    other = next(
        one for one in (Stratum.MARGINAL, Stratum.SUDDEN_HARDSHIP) if one is not before.category
    )
    casework.hear(imported(said(casework, 1, other)))
    (row,) = rows(casework)
    assert row.national_number == "99011"
    assert (row.category, row.standing) == (before.category, before.standing)
    assert differing(casework) == [(Difference.CATEGORY, "h1")]
    (told,) = compared(casework)  # although it came twice
    assert (told.imported, told.households, told.differing) == (IMPORT, 1, 1)


def test_who_is_monitored_there_alone_is_named_and_makes_no_row(casework: Casework):
    casework.hear(imported(said(casework, 2), said(casework, 3, eliminated=True)))
    assert rows(casework) == []
    assert differing(casework) == [(Difference.NOT_HERE, "h2")]


def test_who_is_monitored_here_alone_is_named(casework: Casework):
    one = monitored(casework, "h1")
    casework.hear(imported(said(casework, 1, one.category)))
    assert differing(casework) == []
    casework.hear(imported(said(casework, 1, one.category, eliminated=True)))
    assert differing(casework) == [(Difference.ELIMINATED_THERE, "h1")]
    casework.hear(imported(said(casework, 1, None)))
    assert differing(casework) == [(Difference.NOT_THERE, "h1")]
    casework.hear(imported(said(casework, 2, None), gone=("h1",)))
    assert differing(casework) == [(Difference.NOT_THERE, "h1")]


def test_whom_the_county_identified_after_the_export_is_not_missed_in_it(casework: Casework):
    monitored(casework, "h1", day(28))
    casework.hear(imported(said(casework, 2, None)))
    assert differing(casework) == []


def test_an_export_in_parts_is_compared_when_the_last_has_come(casework: Casework):
    casework.hear(imported(said(casework, 2), more=True))
    assert compared(casework) == []
    casework.hear(imported(said(casework, 3), part=1))
    (told,) = compared(casework)
    assert (told.households, told.differing) == (2, 2)


def test_the_office_looks_at_them_and_has_a_task(casework: Casework, client, clock):
    casework.hear(imported(said(casework, 2), said(casework, 3)))
    with casework.sessions() as session:
        (task,) = tasks(session, OFFICE, day(29))
        assert (task.title, task.count) == ("核对与全国系统不一致的监测对象", 2)
        assert tasks(session, HEAD, day(29)) == []
    office = client("casework", OFFICE)
    shown = office.get("/casework/national").text
    assert "全国系统在监测，这里没有" in shown
    assert "户主2" in shown
    assert client("casework", HEAD).get("/casework/national").status_code == 403
