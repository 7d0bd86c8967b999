"""What is not issued yet says so; who issues, and how the office is named, is said in its own words."""

from io import BytesIO

from docx import Document

from services.county.bulletin import commands as bulletin_commands
from services.county.bulletin.documents import of_bulletin
from services.county.bulletin.models import NamedFor, NameKind
from services.county.bulletin.queries import named_for
from services.county.meetings.documents import MeetingLetter, of_meeting
from services.county.minutes import commands as minutes_commands
from services.county.months import commands as months_commands
from services.county.organisation import commands as organisation_commands
from tests.county.personas import MONTH, TOWNSHIP, a_team, day
from tests.county.test_bulletin import draft, heard, names
from tests.county.test_meeting import CLERK, HELD, LEADER, hold, opened
from tests.county.test_meeting import draft as draft_meeting

__all__ = ["opened"]
ISSUED = day(12, 10)
MANDATE = "签发：领导小组（授权"


def text_of(content: bytes) -> str:
    return "\n".join(line.text for line in Document(BytesIO(content)).paragraphs)


def letter(county, meeting: str, kind: MeetingLetter) -> str:
    with county.sessions() as session:
        return text_of(of_meeting(session, meeting, kind, CLERK, HELD, "housing").content)


def test_f_61_a_letter_that_is_not_issued_is_a_draft_without_a_day(opened):
    meeting = draft_meeting(opened)
    notice = letter(opened, meeting.id, MeetingLetter.NOTICE)
    assert "通知（送审稿）" in notice
    assert "印发" not in notice
    hold(opened, meeting)
    assert "2026年10月8日印发" in letter(opened, meeting.id, MeetingLetter.NOTICE)
    minutes = letter(opened, meeting.id, MeetingLetter.MINUTES)
    assert "纪要（送审稿）" in minutes
    assert "\t送审稿" in minutes
    assert "印发" not in minutes
    opened.do(minutes_commands.note_rest, meeting.id, actor=CLERK)
    opened.do(minutes_commands.issue_minutes, meeting.id, actor=LEADER, on=HELD)
    minutes = letter(opened, meeting.id, MeetingLetter.MINUTES)
    assert "2026年10月12日印发" in minutes
    assert "送审稿" not in minutes


def test_f_14_minutes_say_by_whose_mandate_as_a_bulletin_does(opened, client):
    meeting = draft_meeting(opened)
    hold(opened, meeting)
    opened.do(minutes_commands.note_rest, meeting.id, actor=CLERK)
    opened.do(minutes_commands.issue_minutes, meeting.id, actor=LEADER, on=HELD)
    minutes = letter(opened, meeting.id, MeetingLetter.MINUTES)
    assert MANDATE in minutes
    assert "签发人" not in minutes, "only letters upwards have it in their head (GB/T 9704)"
    assert LEADER.label not in minutes, "an account is no issuer"
    shown = client("county", CLERK).get(f"/county/meetings/{meeting.id}").text
    assert f"2026年10月12日签发；{MANDATE}" in shown
    assert f"由{LEADER.label}办理" in shown


def bulletin(county) -> str:
    with county.sessions() as session:
        return text_of(of_bulletin(session, MONTH, CLERK).content)


def test_f_14_a_bulletin_says_by_whose_mandate_and_a_draft_has_no_day(county, client):
    heard(county)
    draft(county)
    drafted = bulletin(county)
    assert "\t送审稿" in drafted
    assert "印发" not in drafted
    for name in names(county).values():
        county.do(bulletin_commands.approve_name, name.id, actor=CLERK, on=ISSUED)
    county.do(bulletin_commands.issue_bulletin, MONTH, actor=LEADER, on=ISSUED)
    issued = bulletin(county)
    assert "2026年10月12日印发" in issued
    assert MANDATE in issued
    assert "签发：领导小组（授权" in issued
    assert "签发人" not in issued, "only letters upwards have it in their head (GB/T 9704)"
    assert LEADER.label not in issued, "an account is no issuer"
    assert MANDATE in client("county", CLERK).get(f"/county/bulletins/{MONTH}").text


def test_f_11_the_office_is_named_for_what_it_did_not_do(county, client):
    """It reports nothing: neither 迟报 nor 未报."""
    team = a_team("D1", "第一督导组", "黄某", TOWNSHIP)
    county.do(organisation_commands.enter_teams, [team], actor=CLERK)
    county.do(months_commands.open_month, "2026-08", on=day(1, 8))
    draft(county)
    (office,) = [name for name in names(county).values() if name.kind is NameKind.OFFICE]
    assert office.timeliness is NamedFor.MISSING
    assert "（牵头部门）（逾期未完成）" in bulletin(county)
    page = client("county", CLERK).get(f"/county/bulletins/{MONTH}").text
    assert "牵头部门逾期未完成" in page
    assert "另有牵头部门自己的点名由县领导审定" in page
    assert named_for(NameKind.OFFICE, NamedFor.LATE) == "逾期完成"
    assert named_for(NameKind.UNIT, NamedFor.LATE) == "迟报"


def test_f_11_the_list_of_bulletins_says_the_last_day_that_is_counted(county, client):
    draft(county)
    page = client("county", CLERK).get("/county/bulletins").text
    assert "数字截至2026年10月7日" in page
