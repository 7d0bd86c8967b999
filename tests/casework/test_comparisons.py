"""Departments are asked of a township's list, answer or are silent, and doubts are re-checked."""

from io import BytesIO

import openpyxl
import pytest
from sqlmodel import select

from kit.actor import Actor
from kit.errors import Conflict, Forbidden, NotFound, Refused
from kit.seal import seal, unseal
from kit.sheets.sheet import Handing, RawSheet, SheetReport, recognise
from rulebook.packs import load_pack
from schemas.casework import ComparisonAsked, HouseholdCompared, OpenDoubt
from schemas.dispatch import ComparisonAnswered
from schemas.values import ComparedWords, ReasonWords
from services.casework.comparisons import commands, documents, queries
from services.casework.comparisons.forms import AnswerForm, RecheckForm
from services.casework.comparisons.models import ComparisonLine, ComparisonRequest
from services.casework.comparisons.policy import policy
from services.casework.comparisons.rules import Answer, OnlyCompares, Recheck
from services.casework.consents import queries as consents_queries
from services.casework.identification.models import Identification
from services.casework.identification.rules import FileAction as A
from services.casework.identification.rules import FileState as S
from tests.casework.carried import carry, compared, lead, requests_of, several
from tests.casework.town import (
    CLERK,
    OFFICE,
    OTHER_TOWNSHIP,
    TOWNSHIP,
    TOWNSHIP_CLERK,
    Casework,
    day,
    id_number,
)
from tests.conftest import at


def answer(casework: Casework, request: ComparisonRequest, files, on=day(14), **form):
    entered = AnswerForm(
        **{"files": [file.id for file in files], "answer": "clear", "answered_on": on, **form}
    )
    return casework.do(commands.answer_comparison, request.id, entered, actor=OFFICE, on=on)


def standing(casework: Casework, file, on):
    with casework.sessions() as session:
        return queries.standings(session, [file.id], on)[file.id]


def test_one_request_goes_to_each_department_a_townships_list(casework: Casework):
    files = several(casework, S.NOTICE, ("h1", "h2", "h5"))
    requests = compared(casework, files, answered=None)
    asked = queries.departments(load_pack("default"))
    assert {other.value for other in OnlyCompares} < set(asked)
    assert len(requests) == 2 * len(asked) == 2 * 15
    for township, count in ((TOWNSHIP, 2), (OTHER_TOWNSHIP, 1)):
        mine = [request for request in requests if request.township == township]
        assert sorted(request.department for request in mine) == sorted(asked)
        with casework.sessions() as session:
            assert {len(queries.lines_of(session, request.id)) for request in mine} == {count}
    assert {request.due_on for request in requests} == {day(16)}  # 3 working days after Friday
    assert casework.deeds(files[0])[-1] == A.NOTE
    with pytest.raises(Conflict, match="已经发出过数据比对"):
        compared(casework, files, answered=None)
    assert len(requests_of(casework)) == len(requests)


def test_it_begins_beside_the_notice_and_not_before(casework: Casework):
    file = lead(casework, "h1")
    carry(casework, file, S.POST)
    with casework.sessions() as session:
        assert queries.to_ask(session, OFFICE) == []
    with pytest.raises(Conflict, match="还没有到数据比对"):
        compared(casework, [file], answered=None)
    carry(casework, file, S.NOTICE)
    with casework.sessions() as session:
        assert [row.id for row in queries.to_ask(session, OFFICE)] == [file.id]
        titles = [task.title for task in casework.service.open_tasks(session, OFFICE, day(11))]
    assert "发出数据比对" in titles


def test_after_the_townships_report_where_the_pack_says_so(casework: Casework, monkeypatch):
    first, second = lead(casework, "h1"), lead(casework, "h2")
    carry(casework, first, S.NOTICE)
    carry(casework, second, S.DECIDE)
    older = load_pack("three-tier-2020")
    monkeypatch.setattr(queries, "pack_of", lambda session, ref: older)
    with casework.sessions() as session:
        assert [row.id for row in queries.to_ask(session, OFFICE)] == [second.id]


def test_silence_is_listed_by_department_and_never_read_as_no_doubt(casework: Casework):
    (file,) = several(casework, S.NOTICE, ("h1",))
    requests = compared(casework, [file], answered=None)
    for request in requests:
        if request.department not in ("taxation", "housing"):
            answer(casework, request, [file])
    within, after = standing(casework, file, day(16)), standing(casework, file, day(17))
    assert len(within.waits) == 2
    assert any("税务局应在2026年9月16日前反馈" in wait for wait in within.waits)
    assert after.waits == []
    assert after.silent == ["housing", "税务局"]
    assert (after.clear, after.said) == (13, "13个部门无疑点；housing、税务局未反馈")


def test_a_doubt_is_rechecked_by_the_township_within_its_limit(casework: Casework):
    (file,) = several(casework, S.NOTICE, ("h1",))
    request = compared(casework, [file], answered=None)[0]
    with pytest.raises(Refused, match="请写明是什么疑点"):
        answer(casework, request, [file], answer="doubt")
    assert answer(casework, request, [file], answer="doubt", text="名下有一辆小汽车") == 1
    assert answer(casework, request, [file], answer="doubt", text="名下有一辆小汽车") == 0
    with casework.sessions() as session:
        (line,) = session.exec(queries.doubts(TOWNSHIP_CLERK)).all()
        raw = session.connection().exec_driver_sql(
            "SELECT text FROM comparison_line WHERE answer = 'doubt'"
        )
        assert raw.scalar_one().startswith("enc.")
        tasks = {
            t.title: t.due for t in casework.service.open_tasks(session, TOWNSHIP_CLERK, day(15))
        }
    assert line.recheck_due == tasks["复核比对疑点"] == day(20)  # 5 working days, a Sunday worked
    found = RecheckForm(line=line.id, result=Recheck.DISPELLED, text="车已于去年报废")
    with pytest.raises(Forbidden):
        casework.do(commands.recheck_doubt, found, actor=CLERK, on=day(16))
    casework.do(commands.recheck_doubt, found, actor=TOWNSHIP_CLERK, on=day(16))
    with pytest.raises(Conflict, match="已经复核过"):
        casework.do(commands.recheck_doubt, found, actor=TOWNSHIP_CLERK, on=day(16))
    with pytest.raises(Conflict, match="不能再改"):
        answer(casework, request, [file], on=day(17))
    assert any("复核：疑点排除" in doubt for doubt in standing(casework, file, day(16)).doubts)


def test_how_the_comparison_stands_is_told_at_each_change(casework: Casework):
    (file,) = several(casework, S.NOTICE, ("h1",))
    request = compared(casework, [file], answered=None)[0]
    asked = casework.said(HouseholdCompared)[-1]
    assert (len(asked.unanswered), asked.doubts) == (15, ())
    answer(casework, request, [file], answer="doubt", text="名下有一辆小汽车")
    doubted = casework.said(HouseholdCompared)[-1]
    assert (len(doubted.unanswered), doubted.doubts) == (
        14,
        (OpenDoubt(department=request.department, due=day(20)),),
    )
    with casework.sessions() as session:
        (line,) = session.exec(queries.doubts(TOWNSHIP_CLERK)).all()
    found = RecheckForm(line=line.id, result=Recheck.DISPELLED, text="车已于去年报废")
    casework.do(commands.recheck_doubt, found, actor=TOWNSHIP_CLERK, on=day(16))
    assert casework.said(HouseholdCompared)[-1].doubts == ()


def test_an_unchecked_doubt_is_said_to_be_unchecked(casework: Casework):
    (file,) = several(casework, S.NOTICE, ("h1",))
    request = compared(casework, [file])[0]
    answer(casework, request, [file], answer="doubt", text="有营业执照")
    assert len(standing(casework, file, day(20)).waits) == 1
    after = standing(casework, file, day(21))
    assert after.waits == []
    assert "复核：未复核" in after.doubts[0]


def test_what_an_answer_lacks_is_said(casework: Casework):
    files = several(casework, S.NOTICE, ("h1", "h2"))
    request = compared(casework, files[:1], answered=None)[0]
    for on in (day(10), day(15)):  # before it was asked, after today
        form = AnswerForm(files=[files[0].id], answer=Answer.CLEAR, answered_on=on)
        with pytest.raises(Refused, match="反馈日期"):
            casework.do(commands.answer_comparison, request.id, form, actor=OFFICE, on=day(14))
    with pytest.raises(NotFound, match="没有这一户"):
        answer(casework, request, files[1:])
    form = AnswerForm(files=[files[0].id], answer=Answer.CLEAR, answered_on=day(14))
    with pytest.raises(NotFound, match="没有这次数据比对"):
        casework.do(commands.answer_comparison, "x", form, actor=OFFICE, on=day(14))


def test_numbers_leave_on_the_sheet_by_the_office_alone(casework: Casework, client, clock):
    (file,) = several(casework, S.NOTICE, ("h1",))
    request = compared(casework, [file], answered=None)[0]
    with casework.sessions() as session:
        (row,) = documents.sheet_lines(session, session.get_one(ComparisonRequest, request.id))
    assert (row.number, row.head_name, row.id_number) == (file.number, "户主1", id_number(1))
    clock.set(at(2026, 9, 11))
    address = f"/casework/comparisons/{request.id}.xlsx"
    assert client("casework", OFFICE).get(address).status_code == 200
    assert client("casework", TOWNSHIP_CLERK).get(address).status_code == 403
    assert policy["comparison_sheet"].sensitive
    with casework.sessions() as session:
        kept = session.connection().exec_driver_sql(
            "SELECT deed, role FROM audit WHERE deed LIKE '%%comparison_sheet' ORDER BY role"
        )
        assert len(kept.all()) == 2  # the export and the refusal
    for page in ("/casework/comparisons", f"/casework/comparisons/{request.id}"):
        shown = client("casework", OFFICE).get(page)
        assert shown.status_code == 200
        assert id_number(1) not in shown.text


def test_pages_take_what_people_fill_in(casework: Casework, client, clock):
    (file,) = several(casework, S.NOTICE, ("h1",))
    clock.set(at(2026, 9, 11))
    office = client("casework", OFFICE)
    assert file.number in office.get("/casework/comparisons").text
    assert office.post("/casework/comparisons", data={"files": [file.id]}).status_code == 303
    request = requests_of(casework)[0]
    sent = {
        "files": [file.id],
        "answer": "doubt",
        "text": "名下有商品房",
        "answered_on": request.asked_on.isoformat(),
    }
    answers = f"/casework/comparisons/{request.id}/answers"
    assert office.post(answers, data=sent).status_code == 303
    town = client("casework", TOWNSHIP_CLERK)
    assert "名下有商品房" in town.get("/casework/doubts").text
    with casework.sessions() as session:
        (line,) = session.exec(select(ComparisonLine).where(ComparisonLine.answer == "doubt"))
    found = {"line": line.id, "result": "confirmed", "text": "属实，房屋已抵押"}
    assert town.post("/casework/doubts", data=found).status_code == 303
    assert "没有等待复核的疑点" in town.get("/casework/doubts").text


def withdrawn(casework: Casework, file: Identification) -> None:
    """As if the head had not signed yet."""
    with casework.sessions.begin() as session:
        for row in consents_queries.consents(session, file.id):
            session.delete(row)


@pytest.mark.parametrize(("signed", "named"), [(True, ["户主1"]), (False, [])])
def test_departments_own_systems_are_asked_whom_the_household_let_be_compared(
    casework: Casework, signed: bool, named: list[str]
):
    (file,) = several(casework, S.NOTICE, ("h1",))
    if not signed:
        withdrawn(casework, file)
    requests = compared(casework, [file], answered=None)
    asked = casework.said(ComparisonAsked)
    assert sorted(event.department for event in asked) == sorted(one.department for one in requests)
    with casework.sessions() as session:
        words = unseal(session, asked[0].sealed, ComparedWords)
    assert [person.name for person in words.persons] == named


def test_a_departments_own_system_answers(casework: Casework):
    """The last answer counts until the doubt is re-checked; then the file keeps that it spoke again."""
    (file,) = several(casework, S.NOTICE, ("h1",))
    compared(casework, [file], answered=None)
    asked = casework.said(ComparisonAsked)[0]

    def hear(on, doubt: str | None, **changed) -> None:
        with casework.sessions() as session:
            sealed = seal(session, ReasonWords(reason=doubt)) if doubt else None
        what = {"comparison": asked.comparison, "department": asked.department} | changed
        casework.hear(ComparisonAnswered(**what, doubt=doubt is not None, on=on, sealed=sealed))

    def line() -> ComparisonLine:
        with casework.sessions() as session:
            session.expire_on_commit = False
            return session.get_one(ComparisonLine, asked.comparison)

    hear(day(14), None, department="another")
    assert line().answer is None
    hear(day(14), None)
    assert line().answer is Answer.CLEAR
    hear(day(14), "名下有一辆小汽车")
    assert (line().answer, line().text) == (Answer.DOUBT, "名下有一辆小汽车")
    assert "业务系统" in line().answered_by
    found = RecheckForm(line=line().id, result=Recheck.DISPELLED, text="车已于去年报废")
    casework.do(commands.recheck_doubt, found, actor=TOWNSHIP_CLERK, on=day(16))
    hear(day(17), None)
    assert (line().answer, line().recheck) == (Answer.DOUBT, Recheck.DISPELLED)
    assert casework.deeds(file)[-1] == A.NOTE


def test_who_has_not_signed_stands_on_no_departments_sheet(casework: Casework):
    (file,) = several(casework, S.NOTICE, ("h1",))
    request = compared(casework, [file], answered=None)[0]
    with casework.sessions() as session:
        (whole,) = documents.sheet_lines(session, request)
    withdrawn(casework, file)
    with casework.sessions() as session:
        (bare,) = documents.sheet_lines(session, request)
    assert id_number(1) in whole.persons
    assert (bare.persons, bare.id_number) == ("", None)


def taken(casework: Casework, lines: list[list], actor: Actor = OFFICE) -> SheetReport:
    raw = RawSheet(file="名单.xlsx", title="数据比对名单", rows=[list(line) for line in lines])
    sheet = recognise(raw, casework.service.sheets)
    assert sheet
    assert sheet.kind.name == "comparison-answers"
    how = Handing(actor=actor, on=day(14), now=at(2026, 9, 14), month="2026-09")
    with casework.sessions.begin() as session:
        return sheet.kind.take(session, sheet, how)


def test_a_departments_sheet_comes_back(casework: Casework, client, clock):
    """As it left, filled in; what is empty says nothing, twice changes nothing."""
    files = several(casework, S.NOTICE, ("h1", "h2", "h3"))
    requests = compared(casework, files, answered=None)
    request = next(one for one in requests if one.department == "taxation")
    clock.set(at(2026, 9, 11))
    left = client("casework", OFFICE).get(f"/casework/comparisons/{request.id}.xlsx").content
    lines = [list(line) for line in openpyxl.load_workbook(BytesIO(left)).active.values]
    top = next(at_ for at_, line in enumerate(lines) if "比对编号" in line)
    answer, text, number = (lines[top].index(head) for head in ("比对结果", "疑点", "比对编号"))
    first, second, third = lines[top + 1 : top + 4]
    first[answer], second[answer], second[text] = "无疑点", "疑点", "注册有公司"
    assert "由县级牵头部门登记" in str(taken(casework, lines, CLERK).refused)
    report = taken(casework, lines)
    assert (report.taken, report.unchanged, report.refused) == (2, 1, [])
    assert taken(casework, lines).taken == 0
    with casework.sessions() as session:
        stored = {line.id: line for line in queries.lines_of(session, request.id)}
    assert stored[first[number]].answer is Answer.CLEAR
    assert (stored[second[number]].answer, stored[second[number]].text) == (
        Answer.DOUBT,
        "注册有公司",
    )
    assert stored[third[number]].answer is None
    third[answer] = "疑点"
    first[number] = second[number]
    (wordless, foreign) = taken(casework, lines).refused[::-1]
    assert "请写明是什么疑点" in str(wordless)
    assert "请重新导出名单" in str(foreign)
