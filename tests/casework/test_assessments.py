"""Whole lists of a village: votes that add up, who steps out, what goes up although nobody carried it."""

from io import BytesIO

import pytest
from docx import Document

from kit.actor import SYSTEM, Actor
from kit.errors import Conflict, Forbidden, Refused
from rulebook.assessment import Outcome
from schemas.casework import HouseholdsAssessed
from schemas.codes import Role
from services.casework.assessments import commands, queries
from services.casework.assessments.forms import AssessmentForm, VoteForm
from services.casework.identification import commands as files
from services.casework.identification.rules import FileAction as A
from services.casework.identification.rules import FileState as S
from services.casework.notices.queries import named_files
from tests.casework.town import (
    CLERK,
    COUNTY,
    OFFICE,
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    TOWNSHIP,
    TOWNSHIP_CLERK,
    VILLAGE,
    Casework,
    day,
)
from tests.conftest import at

STRANGER = Actor("other", "外人", Role.VILLAGE_CLERK, OTHER_VILLAGE)
MEETING = {
    "village": VILLAGE,
    "body": "VILLAGER_REPRESENTATIVES",
    "held_on": day(21),
    "place": "村部会议室",
    "chair": "周安",
    "recorder": "吕静",
    "should_attend": 30,
    "attended": 25,
}


def visited(casework: Casework, *numbers: int) -> list[str]:
    """Files of these households, visited on the 19th and waiting for the meeting."""
    for number in numbers:
        casework.hear(*casework.case(number, day(18)))
    found = [file.id for file in casework.files()]
    with casework.sessions.begin() as session:
        for id in found:
            file = files.take(session, id)
            files.pin(session, file, day(19))
            for action in (A.CONSENT, A.VERIFY):
                files.advance(session, file, action, actor=SYSTEM, on=day(19))
    return found


def vote(file: str, in_favour: int = 24, against: int = 1, **more) -> VoteForm:
    return VoteForm(file=file, in_favour=in_favour, against=against, **more)


def sheet(*votes: VoteForm, **more) -> AssessmentForm:
    return AssessmentForm(votes=list(votes), **{**MEETING, **more})


def record(casework: Casework, *votes: VoteForm, actor: Actor = CLERK, **more):
    form = sheet(*votes, **more)
    return casework.do(commands.record_assessment, form, actor=actor, on=day(21))


def states(casework: Casework) -> list[S]:
    return [file.state for file in casework.files()]


def outcomes(casework: Casework) -> list[Outcome]:
    with casework.sessions() as session:
        return [queries.assessed(session, file.id).outcome for file in casework.files()]


def test_one_sheet_moves_many_households_and_who_is_not_on_it_waits(casework: Casework):
    first, second, _ = visited(casework, 1, 2, 3)
    meeting = record(casework, vote(first), vote(second, 10, 12, abstained=3))
    assert states(casework) == [S.POST, S.REVIEW, S.ASSESS]
    with casework.sessions() as session:
        carried, not_carried = queries.lines_of(session, meeting)
        assert (carried.outcome, not_carried.outcome) == (Outcome.CARRIED, Outcome.NOT_CARRIED)
        assert "同意10票、反对12票、弃权3票" in not_carried.sentence
        history = queries.files_queries.history(session, second)
        assert (history[-1].action, history[-1].paper) == (A.NOT_CARRY, meeting.page)
        assert history[-1].text == not_carried.sentence  # its votes and the reason go up with it
    (event,) = casework.said(HouseholdsAssessed)
    assert [line.outcome for line in event.households] == ["CARRIED", "NOT_CARRIED"]
    assert event.households[1].household == "h2"


def test_a_missing_quorum_ends_nothing(casework: Casework):
    (file,) = visited(casework, 1)
    record(casework, vote(file, 0, 0), attended=19)
    assert states(casework) == [S.REVIEW]
    assert outcomes(casework) == [Outcome.NO_QUORUM]


def test_half_of_those_who_are_there_is_not_more_than_half(casework: Casework):
    first, second = visited(casework, 1, 2)
    record(casework, vote(first, 12, 12), vote(second, 13, 11), attended=24)
    assert states(casework) == [S.REVIEW, S.POST]


@pytest.mark.parametrize(
    ("votes", "sentence"),
    [
        ({"in_favour": 25, "against": 1}, r"SB-[\d-]+：同意、反对、弃权共26票，多于到会25人"),
        ({"in_favour": 20, "against": 1}, r"SB-[\d-]+：.*还差4票；到会没有投票的请记为弃权"),
        ({"relatives": "周安"}, r"SB-[\d-]+：.*多于到会25人减去回避1人"),  # the relative has voted
    ],
)
def test_votes_that_do_not_add_up_are_refused_with_the_household(
    casework: Casework, votes, sentence
):
    first, second = visited(casework, 1, 2)
    with pytest.raises(Refused, match=sentence):
        record(casework, vote(second), vote(first, **votes))
    assert states(casework) == [S.ASSESS, S.ASSESS]  # nothing half-written


def test_a_relative_steps_out_for_his_own_household_alone(casework: Casework):
    first, second = visited(casework, 1, 2)
    meeting = record(casework, vote(first, 22, 1, relatives="周安、吴秀"), vote(second))
    assert states(casework) == [S.POST, S.POST]
    with casework.sessions() as session:
        own, other = queries.lines_of(session, meeting)
        assert (own.relatives, other.relatives) == (["周安", "吴秀"], [])
    (event,) = casework.said(HouseholdsAssessed)
    assert [line.stepped_out for line in event.households] == [2, 0]


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"held_on": day(22)}, "评议日期不能晚于今天"),
        ({"held_on": day(18)}, r"SB-[\d-]+：评议日期不能早于入户核实"),
        ({"body": "ALL_MONITORS"}, "政策包规定的会议形式是：村民代表会议、村两委扩大会议"),
        ({"attended": 31}, "到会31人，多于应到30人"),
        ({"village": OTHER_VILLAGE}, "户主1不是这个村的"),
    ],
)
def test_what_a_sheet_says_wrongly_is_refused(casework: Casework, more, sentence):
    (file,) = visited(casework, 1)
    with pytest.raises(Refused, match=sentence):
        record(casework, vote(file), **more)
    assert states(casework) == [S.ASSESS]


def test_a_household_that_gave_up_is_named_and_the_others_go_without_it(casework: Casework):
    first, second = visited(casework, 1, 2)
    with casework.sessions.begin() as session:
        gone = files.take(session, first)
        files.advance(session, gone, A.GIVE_UP, actor=SYSTEM, on=day(20), reason="自愿放弃")
    with pytest.raises(Conflict, match=r"SB-[\d-]+：这份识别档案现在是“自愿放弃”"):
        record(casework, vote(first), vote(second))
    record(casework, vote(second))
    assert states(casework) == [S.GIVEN_UP, S.POST]


def test_the_same_sheet_twice_changes_nothing(casework: Casework):
    (file,) = visited(casework, 1)
    record(casework, vote(file))
    with pytest.raises(Conflict, match=r"SB-[\d-]+：这份识别档案现在是“待公示”"):
        record(casework, vote(file))
    with pytest.raises(Refused, match="只能写一次"):
        record(casework, vote(file), vote(file))
    assert len(casework.said(HouseholdsAssessed)) == 1


def test_a_correction_has_a_reason_and_moves_the_household_anew(casework: Casework):
    first, second = visited(casework, 1, 2)
    meeting = record(casework, vote(first), vote(second))

    def correct(*votes, **more):
        form = sheet(*votes, **more)
        return casework.do(commands.correct_assessment, meeting.id, form, actor=CLERK, on=day(22))

    right = vote(first), vote(second, 5, 20)
    with pytest.raises(Refused, match="写明更正原因"):
        correct(*right)
    with pytest.raises(Refused, match="写全原来的各户"):
        correct(right[0], correction="票数写错")
    correct(*right, correction="票数写错")
    assert states(casework) == [S.POST, S.REVIEW]
    assert casework.deeds(casework.files()[1])[-2:] == [A.CARRY, A.NOT_CARRY]
    with casework.sessions() as session:
        said = queries.files_queries.history(session, second)[-1].text
        assert said.startswith("更正（票数写错）：")
        line = named_files(session, [second], day(22))[second]
        assert line.owner == "乡镇"
    assert [event.corrected for event in casework.said(HouseholdsAssessed)] == [False, True]
    with casework.sessions.begin() as session:
        files.advance(session, files.take(session, first), A.POST, actor=SYSTEM, on=day(22))
    with pytest.raises(Conflict, match=r"SB-[\d-]+：.*已经往下办理"):
        correct(*right, correction="再改")


@pytest.mark.parametrize("actor", [STRANGER, TOWNSHIP_CLERK, OFFICE])
def test_only_the_village_enters_its_sheet(casework: Casework, actor):
    (file,) = visited(casework, 1)
    with pytest.raises(Forbidden):
        record(casework, vote(file), actor=actor)
    meeting = record(casework, vote(file))
    form = sheet(vote(file), correction="改")
    with pytest.raises(Forbidden):
        casework.do(commands.correct_assessment, meeting.id, form, actor=actor, on=day(21))


@pytest.mark.parametrize(
    ("role", "place", "sees"),
    [
        (Role.VILLAGE_CLERK, VILLAGE, True),
        (Role.VILLAGE_SECRETARY, VILLAGE, True),
        (Role.VILLAGE_CLERK, OTHER_VILLAGE, False),
        (Role.TOWNSHIP_CLERK, TOWNSHIP, True),
        (Role.TOWNSHIP_HEAD, TOWNSHIP, True),
        (Role.TOWNSHIP_CLERK, OTHER_TOWNSHIP, False),
        (Role.COUNTY_CLERK, COUNTY, True),
        (Role.COUNTY_LEADER, COUNTY, True),
        (Role.HELPER, "U001-01", False),
        (Role.DEPARTMENT_CLERK, "housing", False),
    ],
)
def test_who_sees_a_meeting(casework: Casework, client, role, place, sees):
    (file,) = visited(casework, 1)
    meeting = record(casework, vote(file))
    reader = client("casework", Actor("reader", "读者", role, place))
    for address in ("", "/minutes.docx"):
        assert (reader.get(f"{meeting.page}{address}").status_code == 200) is sees
    answer = reader.get("/casework/api/assessments")
    assert (answer.status_code == 200 and len(answer.json()) == 1) is sees


def test_the_sheet_by_page_and_the_minutes_to_be_signed(casework: Casework, client, clock):
    clock.set(at(2026, 9, 21))
    first, second, third = visited(casework, 1, 2, 3)
    browser = client("casework", CLERK)
    start = browser.get("/casework/assessments")
    assert "3户等待评议" in start.text
    shown = browser.get(f"/casework/assessments/sheet?village={VILLAGE}")
    assert f'name="in_favour__{third}"' in shown.text
    typed = MEETING | {
        "held_on": "2026-09-21",
        f"in_favour__{first}": "24",
        f"against__{first}": "1",
        f"in_favour__{second}": "20",
        f"relatives__{second}": "周安",
        f"in_favour__{third}": "",
    }
    page = {"referer": f"http://testserver/casework/assessments/sheet?village={VILLAGE}"}
    refused = browser.post("/casework/assessments", data=typed, headers=page)
    assert refused.status_code == 422
    assert "：同意、反对、弃权共20票，应有24票" in refused.text
    assert "户主2：" not in refused.text  # whoever keeps an answer keeps no name
    assert 'value="20"' in refused.text  # what was typed is still there
    done = browser.post("/casework/assessments", data=typed | {f"against__{second}": "4"})
    assert (done.status_code, states(casework)) == (303, [S.POST, S.POST, S.ASSESS])
    assert "评议通过" in browser.get(done.headers["location"]).text
    letter = Document(BytesIO(browser.get(f"{done.headers['location']}/minutes.docx").content))
    cells = [cell.text for table in letter.tables for row in table.rows for cell in row.cells]
    assert {"户主1", "周安", "村民代表会议", "25", "到会人员签字"} <= set(cells)
    mended = typed | {f"against__{second}": "4", "correction": "重新核对了到会人数"}
    correction = f"{done.headers['location']}/correction"
    assert browser.get(correction).status_code == 200
    answer = browser.post(correction, data=mended | {"place": "村小学"})
    assert answer.status_code == 303
    assert "村小学" in browser.get(done.headers["location"]).text


def test_a_row_that_cannot_be_read_is_named(casework: Casework, client, clock):
    clock.set(at(2026, 9, 21))
    (file,) = visited(casework, 1)
    browser = client("casework", CLERK)
    typed = MEETING | {"held_on": "2026-09-21", f"in_favour__{file}": "二十"}
    answer = browser.post("/casework/assessments", data=typed)
    assert (answer.status_code, "同意要填整数" in answer.text) == (422, True)
    for name in ("in_favour", f"opinion__{file}"):
        answer = browser.post("/casework/assessments", data=typed | {name: "1"})
        assert answer.status_code == 422


def test_the_sheet_by_the_api(casework: Casework, client, clock):
    clock.set(at(2026, 9, 21))
    (file,) = visited(casework, 1)
    program = client("casework", CLERK)
    (waits,) = program.get("/casework/api/assessments/waiting").json()
    body = MEETING | {"held_on": "2026-09-21", "votes": [{"file": file, "in_favour": 25}]}
    assert waits["id"] == file
    made = program.post("/casework/api/assessments", json=body)
    assert made.status_code == 200, made.text
    assert made.json()["households"][0]["outcome"] == "CARRIED"
    path = f"/casework/api/assessments/{made.json()['id']}"
    assert program.get(path).json() == made.json()
    body = body | {"correction": "地点写错", "place": "祠堂"}
    assert program.post(f"{path}/correction", json=body).json()["place"] == "祠堂"
