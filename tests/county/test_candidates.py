"""Missed-discovery candidates: never a verdict of software (B-35)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlmodel import select

from backstop.services import service_named
from kit import deadlines
from kit.actor import Actor
from kit.errors import Conflict, Forbidden, NotFound, Refused
from rulebook.months import end_of
from schemas.codes import RiskCause, Role, Severity
from schemas.values import Since
from schemas.village import GroupReportWithdrawn, UrgentFindingSigned
from services.county.hearings import commands as hearings_commands
from services.county.missed_discoveries.models import Candidate
from services.county.missed_discoveries.rules import (
    Judgement,
    Said,
    StatementKind,
    judge,
    months_back,
)
from services.county.months import commands as months_commands
from services.county.organisation import commands as organisation_commands
from services.county.supervision import commands as supervision_commands
from services.county.supervision.forms import FindingForm
from services.county.verification import commands as verification_commands
from services.county.verification.forms import VisitForm
from tests.conftest import at
from tests.county.personas import (
    MONTH,
    OTHER_VILLAGE,
    SEEN,
    TOWNSHIP,
    VILLAGE,
    a_team,
    agreed,
    day,
    group_report,
    open_tasks,
    submitted,
    unit_list,
    unit_signed,
    visit,
)
from tests.county.test_intake import the_case, three_tiers
from tests.county.test_verification import CLERK, verify, visited


def found(county) -> list[tuple[str, str, bool, str]]:
    """(household, accused, ask first, state), withdrawn ones left out."""
    with county.sessions() as session:
        rows = session.exec(select(Candidate).order_by(Candidate.household, Candidate.accused))
        return [
            (one.household, one.accused, one.ask_first, one.state)
            for one in rows
            if one.state != "withdrawn"
        ]


# Who wrote down what was said does not judge it (G-14).
COLLEAGUE = replace(CLERK, account="clerk-2", name="孙经办")


def the_candidate(county) -> Candidate:
    with county.sessions() as session:
        return session.exec(select(Candidate)).one()


def hear(county, candidate: Candidate, explanation: str, *, on: date, actor: Actor) -> Candidate:
    command = hearings_commands.hear_candidate
    return county.do(command, candidate.id, explanation=explanation, actor=actor, on=on)


def confirm(county, candidate: Candidate, reason: str, *, on: date, actor=CLERK) -> Candidate:
    command = hearings_commands.confirm_candidate
    return county.do(command, candidate.id, reason=reason, actor=actor, on=on)


def dismiss(county, candidate: Candidate, reason: str, *, on: date) -> Candidate:
    command = hearings_commands.dismiss_candidate
    return county.do(command, candidate.id, reason=reason, actor=CLERK, on=on)


@pytest.mark.parametrize(
    ("said", "since", "judgement"),
    [
        ([Said(StatementKind.VILLAGE_NIL, day(17))], day(5), Judgement.CANDIDATE),
        ([Said(StatementKind.VILLAGE_NIL, day(17))], day(17), Judgement.CANDIDATE),
        ([Said(StatementKind.VILLAGE_NIL, day(17))], day(18), Judgement.NONE),
        ([Said(StatementKind.VILLAGE_NIL, day(17))], None, Judgement.ASK_FIRST),
        ([], day(5), Judgement.NONE),
        (
            [
                Said(StatementKind.GROUP_NIL, day(15)),
                Said(StatementKind.VILLAGE_LIST, day(20), names_it=True),
            ],
            day(5),
            Judgement.NONE,
        ),
        (
            [Said(StatementKind.VISIT, day(3)), Said(StatementKind.VISIT, day(16))],
            day(10),
            Judgement.CANDIDATE,
        ),
    ],
)
def test_what_a_statement_is_worth(said, since, judgement):
    assert judge(said, since)[0] is judgement


def test_the_months_that_count():
    assert months_back("2026-01", 1) == ("2026-01",)
    assert months_back("2026-01", 3) == ("2026-01", "2025-12", "2025-11")


@pytest.mark.parametrize("visit_first", [True, False])
@pytest.mark.parametrize("report", [group_report, lambda **more: submitted(nil=True, **more)])
def test_gt_28_a_risk_older_than_the_nil_return_is_a_candidate(county, report, visit_first):
    """GT-28: nil on 17 September, its helper reports a risk since 5 September; whichever comes
    first.
    """
    events = [visit(1, on=day(12), at_risk=True, since=day(5)), report(on=day(17))]
    for event in events if visit_first else reversed(events):
        county.hear(event)
    assert found(county) == [("h1", VILLAGE, False, "open")]
    candidate = the_candidate(county)
    assert (candidate.said_on, candidate.since_day) == (day(17), day(5))
    assert (candidate.raised_on, candidate.hearing_due) == (
        day(17),
        day(20),
    )  # the 20th is a make-up Sunday


def test_gt_28_a_risk_younger_than_the_nil_return_is_none(county):
    """GT-28: since 18 September."""
    county.hear(group_report(on=day(17)), visit(1, on=day(19), at_risk=True, since=day(18)))
    assert found(county) == []


def test_gt_28_who_sent_nothing_is_missing_and_no_candidate(county):
    county.hear(visit(1, on=day(12), at_risk=True, since=day(5)))
    unit = county.finding(1, since=day(5))
    county.hear(unit_list(unit), unit_signed(*agreed(unit)))
    assert found(county) == []


def test_since_unknown_is_asked_first(county):
    county.hear(submitted(nil=True), visit(1, on=day(12), at_risk=True))
    assert found(county) == [("h1", VILLAGE, True, "open")]


def test_a_list_speaks_for_every_household_that_it_does_not_name(county):
    county.hear(submitted(county.finding(2)))
    county.hear(
        visit(1, on=day(12), at_risk=True, since=day(5)),
        visit(2, on=day(12), at_risk=True, since=day(5)),
    )
    assert found(county) == [("h1", VILLAGE, False, "open")]


def test_a_supplement_takes_nothing_back(county):
    county.hear(submitted(nil=True), visit(1, on=day(12), at_risk=True, since=day(5)))
    county.hear(submitted(county.finding(1), on=day(24), supplement=1))
    assert found(county) == [("h1", VILLAGE, False, "open")]


def test_the_villages_list_after_its_groups_nil_takes_the_candidate_back(county):
    county.hear(group_report(on=day(16)), visit(1, on=day(12), at_risk=True, since=day(5)))
    assert found(county) == [("h1", VILLAGE, False, "open")]
    county.hear(submitted(county.finding(1)))
    assert found(county) == []


def test_a_nil_return_taken_back_says_nothing(county):
    county.hear(group_report(on=day(10)), visit(1, on=day(12), at_risk=True, since=day(5)))
    county.hear(GroupReportWithdrawn(village=VILLAGE, group="01", month=MONTH, on=day(13)))
    assert found(county) == []


def test_an_urgent_finding_of_its_own_clears_the_village(county):
    urgent = county.finding(1, severity=Severity.URGENT)
    county.hear(
        UrgentFindingSigned(
            village=VILLAGE, township=TOWNSHIP, month=MONTH, signed_on=day(2), finding=urgent
        )
    )
    county.hear(visit(1, on=day(12), at_risk=True, since=day(1)), group_report(on=day(17)))
    assert found(county) == []


def test_a_villages_finding_tells_against_the_helpers_visit_without_risk(county):
    """The unit saw no risk on 16 September; the village does not say since when: ask first."""
    county.hear(visit(1, on=day(16)), submitted(county.finding(1)))
    assert found(county) == [("h1", "U001", True, "open")]


def test_a_visit_before_the_risk_began_is_none(county):
    county.hear(visit(1, on=day(3)), submitted(county.finding(1, since=day(10))))
    assert found(county) == []


def test_supervision_accuses_nobody_until_its_verification_says_since_when(county):
    """Its finding carries no day; the day recorded at verification then counts by the same rule."""
    county.hear(submitted(nil=True, on=day(18), village=OTHER_VILLAGE))
    county.do(
        organisation_commands.enter_teams,
        [a_team("D1", "第一督导组", "组长", "河湾镇")],
        actor=CLERK,
    )
    county.do(months_commands.open_month, MONTH, on=day(1))
    supervise(county, 5, OTHER_VILLAGE)
    assert found(county) == []
    case = the_case(county)
    county.do(
        verification_commands.record_visit,
        case.id,
        VisitForm(on=day(25), visitors="林经办", **SEEN),
        actor=CLERK,
        on=day(25),
    )
    verify(
        county,
        case,
        needs_of(),
        on=day(26),
        risk_point="住院",
        matter="救助",
        since=Since(day=day(6), about=True),
    )
    assert found(county) == [("h5", OTHER_VILLAGE, False, "open")]
    assert the_candidate(county).found_by == "COUNTY"


def prove(county, household: int) -> None:
    """The unit reports the risk, and the office verifies it on the 30th."""
    unit = county.finding(household, since=day(5))
    county.hear(unit_list(unit), unit_signed(*agreed(unit)))
    case = the_case(county)
    visited(county, case)
    verify(county, case)


def needs_of():
    from schemas.codes import GapItem
    from services.county.cases.rules import NeedDraft

    return NeedDraft(GapItem.MEDICAL_COST, "请落实救助。")


def supervise(county, household: int, village: str) -> None:
    from schemas.values import Receipt

    draft = FindingForm(
        village=village,
        head_name=f"户主{household}",
        causes=(RiskCause.ILLNESS,),
        problem="村级未上报",
        id_number=county.id_number(household),
    )
    county.do(
        supervision_commands.report_supervision,
        "D1",
        MONTH,
        nil=False,
        receipt=Receipt(on=day(24)),
        findings=[draft],
        actor=Actor("s", "组长", Role.SUPERVISOR, "D1"),
        on=day(24),
    )


def test_a_verified_day_corrects_what_was_unknown(county):
    county.hear(submitted(nil=True), unit_list(county.finding(1)))
    assert found(county) == [("h1", VILLAGE, True, "open")]
    unit = county.finding(1)
    county.hear(unit_list(unit), unit_signed(*agreed(unit)))
    case = the_case(county)
    visited(county, case)
    verify(county, case, since=Since(day=day(23)))
    assert found(county) == []


def test_a_unit_finding_struck_out_by_its_head_accuses_nobody(county):
    from schemas.values import Verdict

    unit = county.finding(1, since=day(5))
    county.hear(
        submitted(nil=True), visit(1, on=day(12), at_risk=True, since=day(5)), unit_list(unit)
    )
    assert len(found(county)) == 1
    county.hear(unit_signed(Verdict(finding=unit.finding, agreed=False, reason="核实无风险")))
    assert found(county) == []


def test_the_village_is_heard_before_anybody_decides(county):
    county.hear(submitted(nil=True, on=day(17)), visit(1, on=day(12), at_risk=True, since=day(5)))
    candidate = the_candidate(county)
    assert (candidate.raised_on, candidate.hearing_due) == (
        day(17),
        day(20),
    )  # 18 and 20 (make-up Sunday)
    with pytest.raises(Conflict, match="先听取说明"):
        confirm(county, candidate, "属实", on=day(18))
    village = Actor("v", "文书", Role.VILLAGE_CLERK, VILLAGE)
    stranger = Actor("w", "文书", Role.VILLAGE_CLERK, OTHER_VILLAGE)
    with pytest.raises(Forbidden):
        hear(county, candidate, "不知道", on=day(18), actor=stranger)
    hear(county, candidate, "摸排时未告知住院", on=day(18), actor=village)
    with pytest.raises(Forbidden):
        confirm(county, candidate, "属实", on=day(18), actor=village)
    prove(county, 1)
    with pytest.raises(Refused, match="理由"):
        confirm(county, candidate, "", on=day(30))
    confirm(county, candidate, "走访可见", on=day(30))
    assert found(county) == [("h1", VILLAGE, False, "confirmed")]
    with pytest.raises(Conflict):
        dismiss(county, candidate, "算了", on=day(30))


def test_silence_after_the_hearing_limit_leaves_it_to_the_office(county):
    county.hear(submitted(nil=True, on=day(17)), visit(1, on=day(12), at_risk=True, since=day(5)))
    deadlines.sweep(
        county.sessions, service_named("county").jobs, end_of(day(20)) + timedelta(seconds=1)
    )
    assert found(county) == [("h1", VILLAGE, False, "silent")]
    dismiss(county, the_candidate(county), "村里当天已电话报告", on=day(21))
    assert found(county) == [("h1", VILLAGE, False, "dismissed")]


def test_what_was_confirmed_is_not_touched_by_later_events(county):
    county.hear(submitted(nil=True), visit(1, on=day(12), at_risk=True, since=day(5)))
    dismiss(county, the_candidate(county), "村里已口头报告", on=day(21))
    county.hear(unit_list(county.finding(1, since=day(4))))
    assert found(county) == [("h1", VILLAGE, False, "dismissed")]


def test_one_case_of_three_tiers_accuses_nobody(county):
    three_tiers(county)
    assert found(county) == []


def test_a_hearing_wants_words_and_ends_with_the_decision(county):
    county.hear(submitted(nil=True, on=day(17)), visit(1, on=day(12), at_risk=True, since=day(5)))
    candidate = the_candidate(county).id

    def hear(words: str, candidate: str = candidate):
        command = hearings_commands.hear_candidate
        return county.do(command, candidate, explanation=words, actor=COLLEAGUE, on=day(18))

    def dismiss(reason: str):
        command = hearings_commands.dismiss_candidate
        return county.do(command, candidate, reason=reason, actor=CLERK, on=day(21))

    with pytest.raises(NotFound, match="没有这条线索"):
        hear("当时未住院", "nowhere")
    with pytest.raises(Refused, match="写明情况"):
        hear(" ")
    hear("当时未住院")
    with pytest.raises(Refused, match="写明理由"):
        dismiss(" ")
    dismiss("当时未住院")
    with pytest.raises(Conflict, match="已经处理完毕"):
        dismiss("再看")
    with pytest.raises(Conflict, match="不能再补充说明"):
        hear("又想起一件")


def decide_tasks(county, on: date) -> list[str]:
    with county.sessions() as session:
        tasks = open_tasks(session, CLERK, on)
        return [thing for task in tasks if task.kind == "decide" for thing in task.objects]


def test_f_06_only_a_verified_risk_can_be_a_missed_discovery(county):
    """The list is told by the village on the 17th; the office verifies on the 30th."""
    county.hear(submitted(nil=True, on=day(17)), visit(1, on=day(12), at_risk=True, since=day(5)))
    candidate = the_candidate(county)
    hear(county, candidate, "摸排时未告知住院", on=day(18), actor=COLLEAGUE)
    assert decide_tasks(county, day(21)) == []
    with pytest.raises(Conflict, match="还没有核实属实"):
        confirm(county, candidate, "走访可见", on=day(21))
    prove(county, 1)
    assert decide_tasks(county, day(30)) == [f"candidate:{candidate.id}"]
    confirm(county, candidate, "走访可见", on=day(30))
    assert found(county) == [("h1", VILLAGE, False, "confirmed")]


def test_f_06_a_finding_signed_after_the_months_end_proves_its_own_month(county):
    """Its case belongs to October, what the village said to September."""
    county.hear(submitted(nil=True, on=day(17)))
    unit = county.finding(1, since=day(5))
    county.hear(unit_list(unit), unit_signed(*agreed(unit), on=day(2, 10)))
    assert (the_case(county).month, the_candidate(county).month) == ("2026-10", "2026-09")
    hear(county, the_candidate(county), "当时未住院", on=day(18), actor=CLERK)
    late = VisitForm(on=day(8, 10), visitors="林经办", **SEEN)
    record = verification_commands.record_visit
    county.do(record, the_case(county).id, late, actor=CLERK, on=day(8, 10))
    verify(county, the_case(county), on=day(9, 10))
    assert decide_tasks(county, day(9, 10)) == [f"candidate:{the_candidate(county).id}"]


def test_f_06_a_changed_statement_is_heard_anew_with_a_new_limit(county):
    """The group said it on the 10th and explained; the village's own nil of the 20th is another
    statement.
    """
    county.hear(group_report(on=day(10)), visit(1, on=day(12), at_risk=True, since=day(5)))
    before = the_candidate(county)
    hear(county, before, "小组当天没有人在家", on=day(13), actor=CLERK)
    county.hear(submitted(nil=True, on=day(20)))
    after = the_candidate(county)
    assert (after.state, after.said_on, after.statement) == ("open", day(20), "village_nil")
    assert after.hearing_due == day(22)
    assert before.hearing_due < after.hearing_due
    assert after.explanation == "小组当天没有人在家", "what was said is kept"


@pytest.fixture
def merged(county):
    """A helper and the own village report household 1 in September, the other village does not; then
    the household comes to the other village, as by a merge.
    """
    own = county.finding(1, since=day(5))
    unit = county.finding(1, since=day(5))
    county.hear(
        county.household(1),
        visit(1, on=day(12), at_risk=True, since=day(5)),
        submitted(nil=True, village=OTHER_VILLAGE, on=day(17)),
        submitted(own, on=day(17)),
        unit_list(unit),
        unit_signed(*agreed(unit)),
    )
    county.hear(county.household(1, village=OTHER_VILLAGE, group=None))
    return county


def test_f_15_a_merge_accuses_nobody_of_months_before_it(merged):
    """Neither when the household comes, nor when its case is decided, nor by a list that came late."""
    assert found(merged) == []
    visited(merged, the_case(merged))
    verify(merged, the_case(merged))
    merged.hear(submitted(nil=True, village=OTHER_VILLAGE, on=day(8, 10)))
    assert found(merged) == []
    merged.hear(merged.household(1), submitted(nil=True, village=OTHER_VILLAGE, on=day(9, 10)))
    assert found(merged) == [], "nor when the merge is taken back"


@pytest.mark.parametrize("said", [VILLAGE, OTHER_VILLAGE])
def test_f_15_a_household_only_visited_is_its_old_villages_in_the_months_before_a_merge(
    county, said
):
    """The visit of September is entered when the household stands in the other village already."""
    county.hear(county.household(1), submitted(nil=True, village=said, on=day(17)))
    moved = [county._record(county.household(1, village=OTHER_VILLAGE, group=None))]
    with county.sessions.begin() as session:
        session.info["now"] = at(2026, 10, 1)
        county.handlers.handle(session, moved)
    county.hear(visit(1, on=day(12), at_risk=True, since=day(5)))
    county.hear(submitted(nil=True, village=said, on=day(20)))
    assert found(county) == ([("h1", VILLAGE, False, "open")] if said == VILLAGE else [])


def test_f_15_who_said_nil_before_a_merge_is_heard_after_it(county):
    county.hear(
        county.household(1),
        submitted(nil=True, on=day(17)),
        submitted(nil=True, village=OTHER_VILLAGE, on=day(17)),
        visit(1, on=day(12), at_risk=True, since=day(5)),
    )
    county.hear(county.household(1, village=OTHER_VILLAGE, group=None))
    county.hear(visit(1, on=day(14), at_risk=True, since=day(5)))
    assert found(county) == [("h1", VILLAGE, False, "open")]


def test_f_15_a_wrong_candidate_of_another_village_is_withdrawn_when_weighed_again(county):
    county.hear(
        county.household(1, village=OTHER_VILLAGE),
        submitted(nil=True, village=OTHER_VILLAGE, on=day(17)),
        visit(1, on=day(12), at_risk=True, since=day(5)),
    )
    assert found(county) == [("h1", OTHER_VILLAGE, False, "open")]
    county.hear(submitted(county.finding(1, since=day(5)), on=day(17)))
    assert found(county) == []


def test_f_06_a_limit_begins_on_the_day_on_which_somebody_is_accused(county):
    """The visit of September is heard of on 8 October."""
    county.hear(submitted(nil=True, on=day(17)))
    records = [county._record(visit(1, on=day(12), at_risk=True, since=day(5)))]
    with county.sessions.begin() as session:
        session.info["now"] = at(2026, 10, 8)
        county.handlers.handle(session, records)
    candidate = the_candidate(county)
    assert (candidate.said_on, candidate.raised_on) == (day(17), day(8, 10))
    assert candidate.hearing_due == day(10, 10), "two working days"


def test_f_15_a_village_that_a_unit_guessed_is_not_the_one_that_answers(county):
    """The unit names a stranger of the other village; by his ID number he is household 1."""
    county.hear(
        submitted(nil=True, on=day(17)),
        submitted(nil=True, village=OTHER_VILLAGE, on=day(17)),
        unit_list(county.finding(1, since=day(5), village=OTHER_VILLAGE, on_register=False)),
    )
    assert found(county) == [("h1", VILLAGE, False, "open")]
