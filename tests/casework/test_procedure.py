"""The way of a file as each pack has it: sound, and as its clocks run."""

import random
from datetime import date, timedelta

import pytest
from sqlmodel import Session

from kit.actor import SYSTEM
from kit.errors import Conflict
from kit.procedure import check
from rulebook.book import Book
from rulebook.calendar import state_council
from rulebook.packs import load_pack, pack_ids
from schemas.codes import LeadChannel
from services.casework.identification import commands, procedure, queries
from services.casework.identification.deadlines import FILE_CLOCK
from services.casework.identification.models import Identification
from services.casework.identification.procedure import Terms, compared_from, procedure_of, table_of
from services.casework.identification.rules import FileAction as A
from services.casework.identification.rules import FileClock as C
from services.casework.identification.rules import FileState as S
from tests.casework.played import Played, under
from tests.casework.town import Casework, day

PACKS = sorted(pack_ids())


@pytest.mark.parametrize("green", [False, True])
@pytest.mark.parametrize("channel", LeadChannel)
@pytest.mark.parametrize("name", PACKS)
def test_nothing_is_wrong_with_the_table_of_a_pack(name, channel, green):
    pack = load_pack(name)
    assert (
        check(procedure_of(pack, channel, green=green), Terms(pack, state_council()).source) == []
    )


@pytest.mark.parametrize("track", [("VERIFY",), ("ASSESS", "REVISIT")])
@pytest.mark.parametrize("name", PACKS)
def test_nothing_is_wrong_where_a_list_is_visited_again_or_nobody_votes(name, track, monkeypatch):
    """The two tracks of s001/4, under each pack's other steps."""
    monkeypatch.setattr(procedure, "track_of", lambda *_: track)
    pack = load_pack(name)
    table = procedure_of(pack, LeadChannel.CADRE)
    assert check(table, Terms(pack, state_council()).source) == []
    assert {S.VERIFY, S.ASSESS, S.REVISIT} & table.states.keys() == {S[step] for step in track}


def test_a_step_that_a_pack_leaves_out_does_not_exist():
    default, older = (
        procedure_of(load_pack(name), LeadChannel.NETWORK)
        for name in ("default", "three-tier-2020")
    )
    assert [*default.states][:9] == [
        *(S.CONSENT, S.VERIFY, S.ASSESS, S.POST, S.NOTICE),
        *(S.REVIEW, S.DECIDE, S.ANNOUNCE, S.REGISTER),
    ]
    assert S.POST not in older.states
    assert older.leads_to(S.ASSESS, A.CARRY) is S.REVIEW
    assert compared_from(load_pack("default")) is A.POST
    assert compared_from(load_pack("three-tier-2020")) is A.APPROVE


@pytest.fixture
def file(casework: Casework) -> Identification:
    casework.hear(*casework.case(1, day(18)))
    return casework.files()[0]


def go(session: Session, file: Identification, *steps: tuple[A, int]) -> None:
    for action, on in steps:
        commands.advance(session, file, action, actor=SYSTEM, on=day(on))


def test_a_step_without_a_limit_of_its_own_is_due_with_the_whole(casework: Casework, file):
    with casework.sessions.begin() as session:
        file = commands.take(session, file.id)
        go(session, file, (A.CONSENT, 19), (A.VERIFY, 19), (A.CARRY, 21), (A.POST, 22))
        assert file.assess_due == day(22)  # three days after the visit
        assert (file.post_due, file.notice_due) == (file.total_due, file.total_due)
        with pytest.raises(Conflict, match="不能“公告”"):
            go(session, file, (A.ANNOUNCE, 22))
        assert file.stage_since == day(22)


def test_whatever_a_vote_says_the_household_goes_up_and_only_the_county_decides(casework, file):
    with casework.sessions.begin() as session:
        file = commands.take(session, file.id)
        go(session, file, (A.CONSENT, 19), (A.VERIFY, 19), (A.NOT_CARRY, 21))
        assert file.state is S.REVIEW
        go(session, file, (A.NOT_APPROVE, 22))
        assert file.state is S.DECIDE
        commands.advance(session, file, A.NOT_ADMIT, actor=SYSTEM, on=day(25), reason="不符合条件")
        assert (file.state, file.ended_on, file.reason) == (S.NOT_ADMITTED, day(25), "不符合条件")
        assert FILE_CLOCK.pending(session, f"{file.id}/{C.TOTAL}") is None


@pytest.mark.parametrize(("start", "due"), [("VERIFIED", day(8, 10)), ("RECEIVED", day(4))])
def test_the_whole_of_a_networks_case_runs_from_where_the_pack_says(file, start, due):
    """Found on 20 August, verified on 18 September; fifteen days, and 3 October is a holiday."""
    default = load_pack("default")
    starts = default.identify.total_start | {"NETWORK": start}
    identify = default.identify.model_copy(update={"total_start": starts})
    held = Terms(default.model_copy(update={"identify": identify}), state_council())
    file.found_on = day(20, 8)
    assert held.due(procedure.TOTAL_LIMIT, day(30), file) == due
    file.channel = LeadChannel.CADRE  # whoever found it earlier, it counts from the receipt
    assert held.due(procedure.TOTAL_LIMIT, day(30), file) == day(8, 10)


def test_i_27_where_the_county_decides_by_quarter_the_quarters_last_day_is_its_due_day(
    casework: Casework,
):
    """s004: 一般每季度識別一次."""
    Played(under(casework, "hebei-2020")).lead(date(2020, 8, 3))
    (file,) = casework.files()
    with casework.sessions.begin() as session:
        file = commands.take(session, file.id)
        steps = (A.CONSENT, A.VERIFY, A.CARRY, A.POST, A.CLOSE_NOTICE, A.APPROVE)
        for number, action in enumerate(steps):
            on = date(2020, 8, 3 + 2 * number)
            commands.advance(session, file, action, actor=SYSTEM, on=on)
        assert (file.state, file.decide_due) == (S.DECIDE, date(2020, 9, 30))
        commands.advance(session, file, A.SEND_BACK, actor=SYSTEM, on=date(2020, 9, 28))
        commands.advance(session, file, A.APPROVE, actor=SYSTEM, on=date(2020, 10, 9))
        assert file.decide_due == date(2020, 12, 31)
        shown = queries.timeline(session, file, date(2020, 10, 9)).past[-1][1]
        assert ("每季度一次", "s004 I-27 T-21") in [
            (limit.words, limit.source) for limit in shown.limits
        ]


@pytest.mark.parametrize("seed", range(12))
def test_an_open_file_has_one_owner_and_the_clocks_of_its_state(casework: Casework, file, seed):
    """Random ways through the table, on the real rows."""
    chance, on = random.Random(seed), day(18)
    with casework.sessions.begin() as session:
        file = commands.take(session, file.id)
        table = table_of(session, file)
        for _ in range(14):
            running = {clock.code for clock in table.state_of(file).clocks if clock.due(file)}
            for clock in table.clocks:
                pending = FILE_CLOCK.pending(session, f"{file.id}/{clock.code}")
                assert (pending is not None) == (clock.code in running)
                assert clock.due(file) is None or clock.due(file) >= file.lead_at
            assert (table.owed(file, on) is None) == (file.ended_on is not None)
            if not table.allowed(file):
                break
            on += timedelta(chance.randrange(9))
            action = chance.choice([*table.allowed(file)])
            commands.advance(session, file, action, actor=SYSTEM, on=on)
        assert len(queries.history(session, file.id)) >= 2


def test_a_passed_day_is_said_once_and_the_task_stays(casework: Casework, file):
    casework.ring(day(21))
    casework.ring(day(22))
    assert casework.deeds(file) == [A.OPEN, A.FALL_OVERDUE]
    with casework.sessions() as session:
        line = queries.lines(session, [session.get_one(Identification, file.id)], day(22))[0]
        assert (line.owner, line.late, line.days) == ("乡镇", True, 4)


def test_gt_22_the_day_of_the_visit_pins_the_rules(casework: Casework, file):
    """A lead of December 2020, visited in January: what holds is the pack of the visit, also for the
    whole; a step that it alone has is there.
    """
    book = Book(state_council(), (load_pack("default"), load_pack("three-tier-2020")))
    with casework.sessions() as session:
        session.info["book"] = book
        file = commands.take(session, file.id)
        file.pack, file.lead_at = load_pack("three-tier-2020").ref, date(2020, 12, 28)
        assert S.POST not in table_of(session, file).states
        commands.pin(session, file, date(2021, 1, 4))
        assert (file.pack, file.pinned_on) == (load_pack("default").ref, date(2021, 1, 4))
        assert file.total_due == date(2021, 1, 12)  # fifteen days from the lead
        assert S.POST in table_of(session, file).states
