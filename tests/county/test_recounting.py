"""F-16: the county's own days follow the calendar when it is published or mended."""

from datetime import date

import pytest
from sqlmodel import select

from kit.deadlines import pending
from kit.errors import Conflict
from kit.seal import seal
from rulebook.book import Book
from rulebook.calendar import state_council
from rulebook.months import end_of, start_of
from rulebook.packs import load_pack
from schemas.codes import Role
from schemas.county import CaseSentBack
from schemas.values import FindingWords
from schemas.village import RecheckAnswered
from services.county.agenda import commands as agenda_commands
from services.county.bulletin import commands as bulletin_commands
from services.county.bulletin.models import Bulletin
from services.county.meetings.queries import meeting_of
from services.county.missed_discoveries.models import Candidate
from services.county.months import commands as months_commands
from services.county.organisation import commands as organisation_commands
from services.county.recounting import commands, queries
from services.county.recounting.tasks import tasks
from services.county.reporters.models import Duty
from services.county.reporters.queries import own_dates
from services.county.verification.commands import (
    record_visit,
    reopen_decision,
    send_back,
    turn_down,
)
from services.county.verification.forms import VisitForm
from tests.conftest import actor, at
from tests.county.personas import (
    MONTH,
    SEEN,
    TOWNSHIP,
    a_team,
    agreed,
    day,
    group_report,
    signed,
    submitted,
    visit,
)
from tests.county.test_intake import the_case

CLERK = actor(Role.COUNTY_CLERK)


@pytest.fixture
def publish(county, tmp_path):
    """These days turn out to be off."""

    def now(*days: date) -> None:
        path = tmp_path / "calendar.toml"
        lines = [f"[[day]]\ndate = {day}\nworks = false\n" for day in days]
        path.write_text("".join(lines), encoding="utf-8")
        book = Book(state_council(path), (load_pack("default"),))
        county.sessions.configure(info=county.sessions.kw["info"] | {"book": book})

    return now


def test_f_16_a_cases_verification_day_moves_with_the_calendar(county, publish, client, clock):
    finding = county.finding(1)
    county.hear(submitted(finding), signed(*agreed(finding), on=day(21)))
    case = the_case(county)
    assert case.verify_due == day(24)
    publish(day(23))
    clock.set(at(2026, 9, 22))
    with county.sessions() as session:
        (task,) = tasks(session, CLERK, day(22))
        assert (task.count, task.objects) == (1, ())
        assert tasks(session, actor(Role.SUPERVISOR, "D1"), day(22)) == []
    office = client("county", CLERK)
    assert "2026年9月24日 → 2026年9月28日" in office.get("/county/recounting").text
    assert office.post("/county/recounting").status_code == 303
    moved = the_case(county)
    assert moved.verify_due == day(28)
    with county.sessions() as session:
        assert pending(session, "verify due", case.id) == end_of(day(28))
        assert queries.moves(session, day(22)) == []
    assert "按公布的日历调整核实时限" in office.get(f"/county/cases/{case.id}").text
    with pytest.raises(Conflict, match="没有要按日历调整"):
        county.do(commands.recount_dues, actor=CLERK, on=day(22))


def test_f_16_a_hearing_moves_with_the_calendar(county, publish):
    county.hear(group_report(nil=True, on=day(17)), submitted(nil=True))
    county.hear(visit(1, on=day(18), at_risk=True, since=day(5)))
    with county.sessions() as session:
        candidate = session.exec(select(Candidate)).one()
        before = candidate.hearing_due
    publish(before)
    county.do(commands.recount_dues, actor=CLERK, on=day(18))
    with county.sessions() as session:
        candidate = session.exec(select(Candidate)).one()
        assert candidate.hearing_due > before
        assert pending(session, "hearing due", candidate.id) == end_of(candidate.hearing_due)


def test_f_16_a_rechecks_day_moves_with_the_calendar_and_the_township_is_told(county, publish):
    finding = county.finding(1)
    county.hear(submitted(finding), signed(*agreed(finding), on=day(14)))
    case = the_case(county)
    seen = VisitForm(on=day(15), visitors="林经办、王同志", **SEEN)
    county.do(record_visit, case.id, seen, actor=CLERK, on=day(15))
    county.do(send_back, case.id, question="是否已外出务工", actor=CLERK, on=day(15))
    (told,) = county.said(CaseSentBack)
    assert told.due == the_case(county).recheck_due == day(21)  # the 20th is a working Sunday
    publish(day(17))
    assert county.do(commands.recount_dues, actor=CLERK, on=day(16)) == 1
    moved = the_case(county)
    assert moved.recheck_due == day(22)
    with county.sessions() as session:
        assert pending(session, "recheck due", case.id) == end_of(day(22))
        assert queries.moves(session, day(16)) == []
    again = county.said(CaseSentBack)[-1]
    assert (again.due, again.on, again.question) == (day(22), day(15), "是否已外出务工")


def test_f_16_a_case_decided_and_reopened_is_no_move_of_the_calendar(county):
    finding = county.finding(1)
    county.hear(submitted(finding), signed(*agreed(finding), on=day(14)))
    case = the_case(county)
    seen = VisitForm(on=day(14), visitors="林经办、王同志", **SEEN)
    county.do(record_visit, case.id, seen, actor=CLERK, on=day(14))
    county.do(turn_down, case.id, reason="不在监测范围", actor=CLERK, on=day(14))
    county.do(reopen_decision, case.id, reason="新的情况", actor=CLERK, on=day(15))
    assert the_case(county).verify_due == day(18)
    with county.sessions() as session:
        assert queries.moves(session, day(15)) == []


def test_f_16_a_case_answered_on_the_day_it_was_sent_back_moves_with_the_calendar(county, publish):
    finding = county.finding(1)
    county.hear(submitted(finding), signed(*agreed(finding), on=day(14)))
    case = the_case(county)
    seen = VisitForm(on=day(15), visitors="林经办、王同志", **SEEN)
    county.do(record_visit, case.id, seen, actor=CLERK, on=day(15))
    county.do(send_back, case.id, question="是否已外出务工", actor=CLERK, on=day(15))
    with county.sessions() as session:
        words = seal(session, FindingWords(head_name="户主1", note="已回村居住"))
    county.hear(
        RecheckAnswered(
            case=case.id, township=TOWNSHIP, on=day(15), still_at_risk=True, sealed=words
        )
    )
    assert the_case(county).verify_due == day(18)
    publish(day(17))
    with county.sessions() as session:
        assert [move.new for move in queries.moves(session, day(16))] == [day(20)]


def test_f_16_meeting_and_bulletin_move_with_the_calendar(county, publish):
    team = a_team("D1", "第一督导组", "黄某", TOWNSHIP)
    county.do(organisation_commands.enter_teams, [team], actor=CLERK)
    county.do(months_commands.open_month, MONTH, on=day(1))
    meeting = county.do(agenda_commands.open_meeting, MONTH, actor=CLERK, on=day(28))
    assert meeting.on == date(2026, 10, 12)
    publish(date(2026, 10, 8), date(2026, 10, 12))
    county.do(commands.recount_dues, actor=CLERK, on=day(28))
    with county.sessions() as session:
        dues = {row.code: row.due for row in own_dates(session, Duty.MEETING, Duty.BULLETIN)}
        assert dues == {"meeting": date(2026, 10, 13), "bulletin": date(2026, 10, 14)}
        assert pending(session, "meeting missed", MONTH) == end_of(date(2026, 10, 13))
        assert pending(session, "bulletin draft", MONTH) == start_of(date(2026, 10, 9))
        assert pending(session, "bulletin missed", MONTH) == end_of(date(2026, 10, 14))
        assert meeting_of(session, MONTH).on == date(2026, 10, 13)
        assert queries.moves(session, day(28)) == []


def test_f_16_of_a_draft_the_days_for_explanations_move_and_a_day_set_by_hand_stays(
    county, publish
):
    team = a_team("D1", "第一督导组", "黄某", TOWNSHIP)
    county.do(organisation_commands.enter_teams, [team], actor=CLERK)
    county.do(months_commands.open_month, MONTH, on=day(1))
    by_hand = date(2026, 10, 16)
    county.do(agenda_commands.open_meeting, MONTH, actor=CLERK, on=day(28), meets_on=by_hand)
    on = date(2026, 10, 8)
    county.do(bulletin_commands.draft_bulletin, MONTH, actor=CLERK, on=on)
    publish(date(2026, 10, 9), date(2026, 10, 12))
    county.do(commands.recount_dues, actor=CLERK, on=on)
    with county.sessions() as session:
        drafted = session.get(Bulletin, MONTH)
        assert (drafted.drafted_on, drafted.reply_due) == (on, date(2026, 10, 13))
        assert pending(session, "bulletin missed", MONTH) == end_of(date(2026, 10, 14))
        assert meeting_of(session, MONTH).on == by_hand
