"""What somebody with a valid account may try, or a clumsy one do, at the doors of identification."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlmodel import select

from kit.errors import Conflict, Forbidden, Refused
from services.casework.assessments import commands as assessments
from services.casework.comparisons import commands as comparisons
from services.casework.comparisons.forms import AnswerForm, RecheckForm
from services.casework.comparisons.models import ComparisonLine
from services.casework.comparisons.rules import Answer, Recheck
from services.casework.decisions import commands as decisions
from services.casework.decisions.models import Announcement
from services.casework.decisions.rules import Verdict
from services.casework.identification.models import Lead
from services.casework.identification.rules import FileState as S
from services.casework.reviews import commands as reviews
from services.casework.reviews.forms import ReviewForm
from services.casework.verification import commands as verification
from tests.casework.carried import HEAD, VISITOR, admit, compared, listed, refuse, several, state
from tests.casework.household import visit
from tests.casework.played import Played
from tests.casework.test_assessments import sheet, vote
from tests.casework.test_reviews import object_to
from tests.casework.town import (
    CLERK,
    OFFICE,
    OTHER_CLERK,
    OTHER_VILLAGE,
    VILLAGE,
    Casework,
    day,
    id_number,
)
from tests.conftest import at
from tests.helpers.waiting import eventually

WHOLE = {"causes": ["ILLNESS"], "house": "A", "water_ok": True, "insured": True}
STRANGER = {"head_name": "户主9", "id_number": id_number(9)}


def visited(casework: Casework) -> Played:
    """Household 1, whose visit VISITOR entered and HEAD corrected; it waits for its assessment."""
    played = Played(casework)
    played.lead(day(10))
    played.consent(day(10))
    played.visit(day(11))
    form = visit(casework, played.file, on=day(11), wage=100, reason="工资记错了", **WHOLE)
    played.do(verification.verify, played.id, form, actor=HEAD, on=day(12))
    return played


def test_whoever_corrected_the_visit_does_not_review_or_decide_it(casework: Casework):
    played = visited(casework)
    played.assess(day(12))
    played.post(day(12))
    played.close(day(18))
    form = ReviewForm(files=[played.id], agreed=True)
    for actor in (VISITOR, HEAD):
        with pytest.raises(Forbidden, match="登记过这一户的入户核实"):
            casework.do(reviews.review, form, actor=actor, on=day(18))
    casework.do(reviews.review, form, actor=replace(HEAD, account="third"), on=day(18))
    compared(casework, [played.file], asked=day(18), answered=day(18))
    line = listed(day(21), admit(played.file))
    corrector = replace(OFFICE, account=HEAD.account)  # two posts of one person
    with pytest.raises(Forbidden, match="办过这一户的核实"):
        casework.do(decisions.decide_all, line, actor=corrector, on=day(21))


def test_a_number_from_another_village_opens_no_file_to_a_stranger(
    casework: Casework, client, clock
):
    clock.set(at(2026, 9, 20))
    who = STRANGER | {"channel": "SELF_REPORT", "on": "2026-09-20", "words": "住院"}
    door = "/casework/api/leads"
    opened = client("casework", CLERK).post(door, json=who | {"village": VILLAGE})
    assert opened.status_code == 200, opened.text
    tried = client("casework", OTHER_CLERK).post(door, json=who | {"village": OTHER_VILLAGE})
    assert tried.status_code == 403, tried.text
    assert opened.json()["file"]["id"] not in tried.text
    with casework.sessions() as session:
        assert len(session.exec(select(Lead)).all()) == 1
    office = client("casework", OFFICE).post(door, json=who | {"village": OTHER_VILLAGE})
    assert (office.status_code, office.json()["opened"]) == (200, False)


def test_an_answer_that_comes_during_a_recheck_does_not_undo_it(casework: Casework):
    (file,) = several(casework, S.DECIDE, ("h1",))
    request, *_ = compared(casework, [file], answered=None)
    doubt = {"answer": Answer.DOUBT, "text": "名下有车", "answered_on": day(14)}
    answer = comparisons.answer_comparison
    form = AnswerForm(files=[file.id], **doubt)
    casework.do(answer, request.id, form, actor=OFFICE, on=day(14))
    with casework.sessions() as session:
        asked = select(ComparisonLine).where(ComparisonLine.request == request.id)
        line = session.exec(asked).one()
    found = RecheckForm(line=line.id, result=Recheck.DISPELLED, text="车已报废")
    clear = AnswerForm(files=[file.id], answer=Answer.CLEAR, answered_on=day(15))
    with ThreadPoolExecutor() as pool, casework.sessions() as first:
        comparisons.recheck_doubt(first, found, actor=HEAD, on=day(15))
        second = pool.submit(casework.do, answer, request.id, clear, actor=OFFICE, on=day(15))
        eventually(lambda: second.done() or _waits(casework))
        first.commit()
        with pytest.raises(Conflict, match="已经复核"):
            second.result(60)
    with casework.sessions() as session:
        line = session.get_one(ComparisonLine, line.id)
        assert (line.answer, line.recheck) == (Answer.DOUBT, Recheck.DISPELLED)


def _waits(casework: Casework) -> bool:
    asked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    with casework.sessions() as session:
        session.execute(text("SET LOCAL ROLE NONE"))  # a service sees nothing of other sessions
        return bool(session.execute(text(asked)).scalar_one())


def test_an_old_meeting_is_no_second_assessment(casework: Casework):
    (file,) = several(casework, S.DECIDE, ("h1",))
    compared(casework, [file])
    line = admit(file, verdict=Verdict.REASSESS, words="会议人数不实")
    casework.do(decisions.decide_all, listed(day(21), line), actor=OFFICE, on=day(21))
    again = sheet(vote(file.id), held_on=day(12))
    with pytest.raises(Refused, match="不能早于"):
        casework.do(assessments.record_assessment, again, actor=CLERK, on=day(22))
    again = sheet(vote(file.id), held_on=day(22))
    casework.do(assessments.record_assessment, again, actor=CLERK, on=day(22))
    assert state(casework, file) is S.POST


def test_one_household_has_one_line_of_a_list(casework: Casework):
    (file,) = several(casework, S.DECIDE, ("h1",))
    compared(casework, [file])
    with pytest.raises(Refused, match="只能写一次"):
        casework.do(
            decisions.decide_all,
            listed(day(21), admit(file), refuse(file)),
            actor=OFFICE,
            on=day(21),
        )
    assert state(casework, file) is S.DECIDE


def test_nothing_is_announced_asked_or_reviewed_of_nobody(casework: Casework, client, clock):
    clock.set(at(2026, 9, 20))
    office, head = client("casework", OFFICE), client("casework", HEAD)
    nobody = {"files": []}
    for browser, door, more in (
        (office, "announcements", {"on": "2026-09-20", "where": "县政府网站"}),
        (office, "comparisons", {}),
        (head, "reviews", {"agreed": True}),
    ):
        answer = browser.post(f"/casework/api/{door}", json=nobody | more)
        assert answer.status_code == 422, (door, answer.text)
    with casework.sessions() as session:
        assert session.exec(select(Announcement)).all() == []


def test_the_county_does_not_decide_over_an_objection_without_an_answer(casework: Casework):
    (file,) = several(casework, S.DECIDE, ("h1",))
    compared(casework, [file])
    object_to(casework, file)  # after the township's review
    for line in (admit(file), refuse(file)):
        with pytest.raises(Conflict, match="异议还没有答复"):
            casework.do(decisions.decide_all, listed(day(21), line), actor=OFFICE, on=day(21))
    back = admit(file, verdict=Verdict.SEND_BACK, words="请先答复异议")
    casework.do(decisions.decide_all, listed(day(21), back), actor=OFFICE, on=day(21))
    assert state(casework, file) is S.REVIEW
