"""The register: one row a household, whatever reaches it."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlmodel import select

from kit.errors import Forbidden
from schemas.casework import IdentificationEnded
from schemas.codes import IdentificationEnd, LeadChannel, RiskCause, Stratum
from schemas.monitored import RiskAdded, Standing
from services.casework.decisions import commands as decisions
from services.casework.identification import commands as files
from services.casework.identification.forms import LeadForm
from services.casework.identification.rules import FileAction as A
from services.casework.identification.rules import FileState as S
from services.casework.monitored import commands, queries
from services.casework.monitored.forms import MonitoredFilter
from services.casework.monitored.models import Monitored, MonitoredRisk
from services.casework.monitored.rules import standing_of
from services.casework.verification import commands as verification
from tests.casework.carried import (
    GROUP,
    HEAD,
    VISITOR,
    admit,
    carry,
    compared,
    lead,
    listed,
    refuse,
    several,
)
from tests.casework.household import family, visit
from tests.casework.town import CLERK, OFFICE, VILLAGE, Casework, day, id_number
from tests.conftest import at


def rows(casework: Casework) -> list[Monitored]:
    with casework.sessions() as session:
        session.expire_on_commit = False
        return list(session.exec(select(Monitored).order_by(Monitored.household)))


def monitored(casework: Casework, household: str, on: date = day(21)) -> Monitored:
    (file,) = several(casework, S.DECIDE, (household,))
    compared(casework, [file])
    casework.do(decisions.decide_all, listed(on, admit(file)), actor=OFFICE, on=on)
    return next(row for row in rows(casework) if row.household == household)


def test_a_household_has_one_row_from_its_first_lead_on(casework: Casework):
    file = lead(casework, "h1")
    (row,) = rows(casework)
    assert (row.household, row.standing, row.since) == ("h1", Standing.IDENTIFYING, day(10))
    lead(casework, "h1", day(11))
    carry(casework, file, S.DECIDE)
    compared(casework, [file])
    assert len(rows(casework)) == 1
    casework.do(decisions.decide_all, listed(day(21), refuse(file)), actor=OFFICE, on=day(21))
    (row,) = rows(casework)
    assert (row.standing, row.since, row.category) == (Standing.NONE, day(21), None)
    again = lead(casework, "h1", day(25))
    assert again.id != file.id
    (row,) = rows(casework)
    assert (row.standing, row.file) == (Standing.IDENTIFYING, again.id)


def test_who_is_in_no_register_keeps_his_row_when_he_comes_into_it(casework: Casework):
    form = LeadForm(
        channel="SELF_REPORT",
        on=day(10),
        head_name="户主9",
        id_number=id_number(9),
        village=VILLAGE,
    )
    casework.do(files.record_lead, form, actor=OFFICE, on=day(10))
    (row,) = rows(casework)
    assert (row.household, row.head_name) == (None, "户主9")
    assert row.id_hash
    casework.hear(casework.household(9))
    (found,) = rows(casework)
    assert (found.id, found.household, found.id_hash) == (row.id, "h9", None)


def test_who_had_a_row_before_is_one_row_with_who_came_into_the_register(casework: Casework):
    """He had a number in no register: once it is known whose it is, two rows become one."""
    old = lead(casework, "h1")
    with casework.sessions.begin() as session:
        taken = files.take(session, old.id)
        files.advance(session, taken, A.GIVE_UP, actor=OFFICE, on=day(11), reason="自愿放弃")
    form = LeadForm(
        channel="SELF_REPORT",
        on=day(12),
        head_name="户主9",
        id_number=id_number(9),
        village=VILLAGE,
    )
    new, _ = casework.do(files.record_lead, form, actor=OFFICE, on=day(12))
    assert len(rows(casework)) == 2
    with casework.sessions.begin() as session:
        taken = files.take(session, new.id)
        taken.household, taken.id_hash = "h1", None
        session.flush()
        commands.follow(session, taken, day(13))
    (row,) = rows(casework)
    assert (row.household, row.standing, row.file) == ("h1", Standing.IDENTIFYING, new.id)


def test_a_verified_case_of_a_monitored_household_is_a_new_risk(casework: Casework):
    row = monitored(casework, "h1")
    opened, verified = casework.case(7, day(25), household="h1")
    casework.hear(opened, verified)
    casework.hear(verified)
    assert len(casework.files()) == 1
    with casework.sessions() as session:
        (risk,) = session.exec(select(MonitoredRisk)).all()
        (joined,) = [
            entry.text
            for entry in files.queries.history(session, row.file)
            if entry.action is A.JOIN
        ]
    assert (risk.monitored, risk.case, risk.channel) == (row.id, "case-7", LeadChannel.NETWORK)
    assert "记为新的风险" in joined
    (event,) = casework.said(RiskAdded)
    assert (event.household, event.case, event.causes) == ("h1", "case-7", (RiskCause.ILLNESS,))
    (after,) = rows(casework)
    assert (after.standing, after.identified_on) == (Standing.MONITORED, day(21))


def test_a_lead_that_joins_a_file_under_way_is_no_new_risk(casework: Casework):
    lead(casework, "h1")
    casework.hear(*casework.case(1, day(12)))
    assert casework.said(RiskAdded) == []


@pytest.mark.parametrize(
    ("before", "state", "after"),
    [
        (Standing.NONE, S.CONSENT, Standing.IDENTIFYING),
        (Standing.IDENTIFYING, S.GIVEN_UP, Standing.NONE),
        (Standing.IDENTIFYING, S.ANNOUNCE, Standing.MONITORED),
        (Standing.MONITORED, S.ADMITTED, Standing.MONITORED),
        (Standing.IDENTIFYING, S.LAPSED, Standing.LAPSED),
        (Standing.ELIMINATED, S.VERIFY, Standing.ELIMINATED),  # 再标注: until the decision
        (Standing.ELIMINATED, S.NOT_ADMITTED, Standing.ELIMINATED),
        (Standing.ELIMINATED, S.REGISTER, Standing.MONITORED),
    ],
)
def test_what_a_household_is_follows_from_its_file(before, state, after):
    assert standing_of(state, before) is after


def test_a_household_that_lapses_is_a_natural_reduction(casework: Casework):
    file = lead(casework, "h1")
    with casework.sessions.begin() as session:
        taken = files.take(session, file.id)
        files.advance(session, taken, A.LAPSE, actor=OFFICE, on=day(12), reason="整户迁出")
    assert rows(casework)[0].standing is Standing.LAPSED
    (event,) = casework.said(IdentificationEnded)
    assert (event.identification, event.household, event.on) == (file.id, "h1", day(12))
    assert (event.ended, event.reason) == (IdentificationEnd.LAPSED, "整户迁出")


def test_the_register_keeps_the_line_and_the_income_of_the_visits_statement(casework: Casework):
    """Of the version that counts: 7,700 − 1,000 a head, beside the 7,200 of the visit's day."""
    file = family(casework)
    with casework.sessions.begin() as session:
        files.advance(session, files.take(session, file.id), A.CONSENT, actor=VISITOR, on=day(19))
    form = visit(casework, file, whole=True, wage=9_000_000)
    casework.do(verification.verify, file.id, form, actor=VISITOR, on=day(19))
    mended = visit(casework, file, whole=True, reason="年终奖不是今年的")
    casework.do(verification.verify, file.id, mended, actor=VISITOR, on=day(20))
    carry(casework, file, S.DECIDE, day(21))
    compared(casework, [file], asked=day(21), answered=day(22))
    (row,) = rows(casework)
    assert (row.line, row.income) == (None, None)
    casework.do(decisions.decide_all, listed(day(23), admit(file)), actor=OFFICE, on=day(23))
    (row,) = rows(casework)
    assert (row.line, row.income) == (720_000, 670_000)


def test_two_entries_that_were_one_household_are_one_row(casework: Casework):
    row = monitored(casework, "h1")
    lead(casework, "h2", day(22))
    casework.hear(casework.household(1, merged_into="h2"))
    (kept,) = rows(casework)
    assert (kept.id, kept.household, kept.standing) == (row.id, "h2", Standing.MONITORED)
    casework.hear(casework.household(2, merged_into="h3"))  # and nobody is there yet
    assert [one.household for one in rows(casework)] == ["h3"]


def test_everybody_sees_the_households_of_his_place(casework: Casework):
    for household in ("h1", "h5"):
        monitored(casework, household)
    with casework.sessions() as session:
        for actor, seen in (
            (OFFICE, ["h1", "h5"]),
            (GROUP, ["h1", "h5"]),
            (HEAD, ["h1"]),
            (CLERK, ["h1"]),
        ):
            found = session.exec(queries.rows(actor, MonitoredFilter()))
            assert sorted(row.household for row in found) == seen
        (foreign,) = [row for row in rows(casework) if row.household == "h5"]
        with pytest.raises(Forbidden):
            queries.see(session, CLERK, foreign.id)


@pytest.mark.parametrize(
    ("asked", "seen"),
    [
        ({"standing": Standing.MONITORED}, ["h1"]),
        ({"standing": Standing.IDENTIFYING}, ["h2"]),
        ({"category": Stratum.MARGINAL}, ["h1"]),
        ({"q": "户主2"}, ["h2"]),
        ({"q": "h1"}, ["h1"]),
        ({"village": VILLAGE}, ["h1", "h2"]),
        ({"q": "没有这人"}, []),
    ],
)
def test_the_register_is_filtered_and_searched(casework: Casework, asked, seen):
    monitored(casework, "h1")
    lead(casework, "h2")
    with casework.sessions() as session:
        found = session.exec(queries.rows(OFFICE, MonitoredFilter(**asked)))
        assert sorted(row.household for row in found) == seen


def test_the_page_the_sheet_and_the_household(casework: Casework, client, clock):
    row = monitored(casework, "h1")
    casework.hear(*casework.case(7, day(25), household="h1"))
    clock.set(at(2026, 9, 25))
    browser = client("casework", CLERK)
    page = browser.get("/casework/monitored?sort=-identified_on").text
    assert "户主1" in page
    assert "监测中1户" in page
    sheet = browser.get("/casework/monitored.xlsx")
    assert sheet.headers["content-type"].startswith("application/vnd.openxmlformats")
    shown = browser.get(f"/casework/monitored/{row.id}").text
    for words in ("户主1", "边缘易致贫户", "因病", "三级监测网络"):
        assert words in shown
    answer = browser.get(f"/casework/api/monitored/{row.id}").json()
    assert (answer["standing"], len(answer["risks"])) == ("monitored", 1)


def test_n_17_the_ledger_by_township_and_by_village(casework: Casework, client, clock):
    monitored(casework, "h1")
    monitored(casework, "h5")
    lead(casework, "h2", day(22))  # not counted before the county has decided
    clock.set(at(2026, 9, 25))
    office = client("casework", OFFICE)
    villages = office.get("/casework/api/monitored/places?by=village").json()
    assert [(one["name"], one["standings"]) for one in villages] == [
        ("河湾镇石桥村", {"monitored": 1}),
        ("青岭乡上坝村", {"monitored": 1}),
    ]
    assert villages[0]["causes"] == {"ILLNESS": 1}
    townships = office.get("/casework/api/monitored/places").json()
    assert [one["name"] for one in townships] == ["河湾镇", "青岭乡"]
    own = client("casework", CLERK).get("/casework/api/monitored/places").json()
    assert [one["name"] for one in own] == ["河湾镇"]
    shown = office.get("/casework/monitored/places").text
    assert "因病1户" in shown
    assert f'href="/casework/monitored?township={townships[0]["code"]}"' in shown
    shown = office.get("/casework/monitored/places?by=village").text
    assert f'href="/casework/monitored?village={villages[0]["code"]}"' in shown
    assert office.get("/casework/monitored/places.xlsx").status_code == 200
    found = office.get(f"/casework/api/monitored?township={townships[1]['code']}").json()
    assert [one["household"] for one in found] == ["h5"]


def test_the_ledger_as_a_sheet_prints(casework: Casework, client, clock):
    monitored(casework, "h1")
    clock.set(at(2026, 9, 25))
    sheet = client("casework", OFFICE).get("/casework/monitored.xlsx")
    (first, *_) = load_workbook(BytesIO(sheet.content)).worksheets
    heads = [cell.value for cell in first[3]]
    for name in (
        "乡镇",
        "户主姓名",
        "监测对象类别",
        "识别时间",
        "识别渠道",
        "风险消除时间",
        "自然减少",
        "备注",
    ):
        assert name in heads
    row = dict(zip(heads, [cell.value for cell in first[4]], strict=True))
    assert (row["乡镇"], row["识别渠道"]) == ("河湾镇", "农户自主申报")
    assert first.print_title_rows == "$1:$3"
    assert first.page_setup.orientation == "landscape"
