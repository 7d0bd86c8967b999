"""The green channel (I-20, B-34): help first, the procedure made up afterwards, watched by the office."""

from datetime import UTC, date, datetime, time

import pytest
from sqlmodel import select

from kit.actor import Actor
from kit.clock import ZONE
from kit.deadlines import Due
from kit.errors import Conflict, Forbidden, Refused
from schemas.casework import (
    GreenChannelAgreed,
    GreenChannelOverdue,
    GreenMeasureTaken,
    RecoveryDecided,
)
from schemas.codes import Role
from services.casework.decisions import commands as decisions
from services.casework.green_channel import commands, queries
from services.casework.green_channel import tasks as watching
from services.casework.green_channel.forms import (
    AnswerForm,
    GreenFilter,
    MeasureForm,
    OpenForm,
    RecoveryForm,
)
from services.casework.green_channel.models import GreenChannel
from services.casework.green_channel.rules import Part
from services.casework.identification import queries as files
from services.casework.identification.deadlines import BACKFILL_CLOCK, FILE_CLOCK
from services.casework.identification.models import Identification
from services.casework.identification.rules import FileAction as A
from services.casework.identification.rules import FileClock as C
from services.casework.identification.rules import FileState as S
from services.casework.monitored.models import Monitored
from services.casework.monitored.rules import Standing
from tests.casework.carried import HEAD, VISITOR, carry, compared, lead, listed, refuse
from tests.casework.played import Played, under
from tests.casework.town import CLERK, OFFICE, OTHER_TOWNSHIP, TOWNSHIP, Casework, day

OPEN = {"cause": "ACCIDENT", "facts": "9月13日翻车，户主住院抢救。", "attested_by": "村民代表吴平"}
YES = AnswerForm(agrees=True)


def asks(casework: Casework, file: Identification, on: date = day(14), **more) -> GreenChannel:
    """The township's clerk asks."""
    form = OpenForm(**OPEN | more)
    return casework.do(commands.open_green_channel, file.id, form, actor=VISITOR, on=on)


def agrees(casework: Casework, row: GreenChannel, on: date = day(14), actor: Actor = HEAD):
    return casework.do(commands.agree_green_channel, row.id, YES, actor=actor, on=on)


def helps(casework: Casework, row: GreenChannel, on: date = day(14), **more):
    form = MeasureForm(**{"what": "临时救助3000元", "by": "民政局", "on": on} | more)
    return casework.do(commands.record_measure, row.id, form, actor=VISITOR, on=on)


def now(casework: Casework, file: Identification) -> Identification:
    with casework.sessions() as session:
        session.expire_on_commit = False
        return session.get_one(Identification, file.id)


def standing(casework: Casework, file: Identification) -> Standing:
    with casework.sessions() as session:
        return session.exec(select(Monitored).where(Monitored.file == file.id)).one().standing


def part(casework: Casework, part: Part, on: date) -> list[str]:
    """The files in this part of the office's list."""
    with casework.sessions() as session:
        statement = queries.rows(OFFICE, GreenFilter(part=part), on)
        return [row.file for row in session.exec(statement)]


def titles(casework: Casework, actor: Actor, on: date) -> list[str]:
    with casework.sessions() as session:
        return [task.kind for task in watching.tasks(session, actor, on)]


@pytest.fixture
def file(casework: Casework) -> Identification:
    """A self-report of the 10th: the whole is due after the Mid-Autumn days, the visit on the 14th."""
    return lead(casework, "h1")


def test_two_persons_open_it_on_one_day_and_the_days_run_from_the_agreement(casework, file):
    assert (file.total_due, file.verify_due) == (day(28), day(14))
    row = asks(casework, file)
    assert titles(casework, HEAD, day(14)) == ["green"]
    assert now(casework, file).green_on is None  # nothing has changed yet
    agrees(casework, row)
    held = now(casework, file)
    assert (held.green_on, held.total_due, held.backfill_due) == (day(14), None, day(29))
    assert (held.state, held.verify_due, held.urgent) == (S.CONSENT, day(14), True)
    assert casework.deeds(file) == [A.OPEN, A.NOTE, A.GREEN]
    with casework.sessions() as session:
        assert FILE_CLOCK.pending(session, f"{file.id}/{C.TOTAL}") is None
        assert FILE_CLOCK.pending(session, f"{file.id}/{C.VERIFY}") is not None
        assert BACKFILL_CLOCK.pending(session, file.id) is not None
    (said,) = casework.said(GreenChannelAgreed)
    assert (said.identification, said.due, said.on) == (file.id, day(29), day(14))
    assert titles(casework, HEAD, day(14)) == []


def test_who_agrees_is_not_late_where_the_visit_is(casework, file):
    casework.ring(day(16))
    agrees(casework, asks(casework, file, day(16)), day(16))
    with casework.sessions() as session:
        late = {entry.action: entry.late for entry in files.history(session, file.id)}
    assert late[A.FALL_OVERDUE] is True
    assert late[A.GREEN] is False


def test_the_household_is_being_identified_and_not_new(casework, file):
    agrees(casework, asks(casework, file))
    assert standing(casework, file) is Standing.IDENTIFYING
    assert part(casework, Part.OPEN, day(14)) == [file.id]


def test_help_comes_first_and_each_measure_is_marked(casework, file):
    row = asks(casework, file)
    with pytest.raises(Conflict, match="还没有同意"):
        helps(casework, row)
    agrees(casework, row)
    with pytest.raises(Refused, match="同意以后，不能晚于今天"):
        helps(casework, row, on=day(13))
    helps(casework, row)
    helps(casework, row, day(15), what="住院押金先行垫付", by="医疗保障局", order_number="JB-1")
    with casework.sessions() as session:
        done = [one.what for one in queries.measures(session, row.id)]
        texts = [entry.text for entry in files.history(session, file.id)]
    assert done == ["临时救助3000元", "住院押金先行垫付"]
    assert "绿色通道先行帮扶：临时救助3000元（民政局）" in texts
    assert [said.on for said in casework.said(GreenMeasureTaken)] == [day(14), day(15)]


def test_the_same_person_does_not_agree(casework, file):
    row = asks(casework, file)
    both = Actor(VISITOR.account, VISITOR.name, Role.TOWNSHIP_HEAD, TOWNSHIP)
    with pytest.raises(Forbidden, match="您提出了这一户的绿色通道，不能再由您同意走绿色通道"):
        agrees(casework, row, actor=both)
    for other in (VISITOR, OFFICE, CLERK, Actor("far", "某某", Role.TOWNSHIP_HEAD, OTHER_TOWNSHIP)):
        with pytest.raises(Forbidden):
            agrees(casework, row, actor=other)
    for other in (HEAD, OFFICE, CLERK):
        form = OpenForm(**OPEN)
        with pytest.raises(Forbidden):
            casework.do(commands.open_green_channel, file.id, form, actor=other, on=day(14))
    assert now(casework, file).green_on is None


def test_what_is_not_agreed_on_its_day_is_asked_for_anew(casework, file):
    row = asks(casework, file)
    with pytest.raises(Conflict, match="今天已经提出"):
        asks(casework, file)
    with pytest.raises(Conflict, match="提出的当天（2026年9月14日）同意"):
        agrees(casework, row, on=day(15))
    assert titles(casework, HEAD, day(15)) == []
    agrees(casework, asks(casework, file, day(15)), on=day(15))
    assert now(casework, file).green_on == day(15)
    with pytest.raises(Conflict, match="已经走绿色通道"):
        asks(casework, file, day(14))
    with pytest.raises(Conflict, match="已经走绿色通道"):
        agrees(casework, row, on=day(14))


def test_a_leader_who_does_not_agree_says_why_and_the_file_goes_its_way(casework, file):
    row, on = asks(casework, file), day(14)
    no = AnswerForm(agrees=False)
    with pytest.raises(Refused, match="不同意的，请写明理由"):
        casework.do(commands.agree_green_channel, row.id, no, actor=HEAD, on=on)
    no = AnswerForm(agrees=False, reason="可以按程序办")
    casework.do(commands.agree_green_channel, row.id, no, actor=HEAD, on=on)
    held = now(casework, file)
    assert (held.green_on, held.total_due, held.backfill_due) == (None, day(28), None)
    with pytest.raises(Conflict, match="已经答复"):
        agrees(casework, row)
    assert casework.said(GreenChannelAgreed) == []


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"facts": ""}, "要事实清楚"),
        ({"attested_by": ""}, "要群众认可"),
        ({"cause": "EDUCATION"}, "绿色通道只用于.*因意外事故.*依据s003 I-20"),
    ],
)
def test_what_it_asks_for_is_said(casework, file, more, sentence):
    with pytest.raises(Refused, match=sentence):
        asks(casework, file, **more)
    assert casework.deeds(file) == [A.OPEN]


def test_a_pack_without_it_refuses(casework: Casework):
    """s001/4 has none (five-step-2020)."""
    played = Played(under(casework, "five-step-2020"))
    on = date(2020, 4, 20)
    played.lead(on)
    with pytest.raises(Refused, match=r"没有绿色通道（政策包five-step-2020@.*，依据s001/4"):
        asks(casework, played.file, on)
    with casework.sessions() as session:
        assert queries.concerns(session, played.file) is False


def test_a_step_without_a_limit_of_its_own_is_due_with_what_is_made_up(casework, file):
    carry(casework, file, S.POST)
    assert now(casework, file).post_due == day(28)
    agrees(casework, asks(casework, file))
    assert now(casework, file).post_due == day(29)
    carry(casework, file, S.REVIEW, day(15))
    held = now(casework, file)
    assert (held.notice_due, held.review_due) == (day(29), day(29))
    with casework.sessions() as session:
        shown = files.timeline(session, held, day(15))
        entries = {entry.action: line for entry, line in shown.past}
        own = {limit.source for line in shown.coming for limit in line.limits}
    assert [limit.source for limit in entries[A.OPEN].limits] == [
        "s003 I-06, EXT O-05, B-09",
        "s003 I-16",
    ]
    assert {limit.source for limit in entries[A.GREEN].limits} == {"PROPOSED B-34"}
    assert own == {"PROPOSED B-34"}


def test_a_pack_without_a_total_limit_has_the_days_of_what_is_made_up(casework: Casework):
    played = Played(under(casework, "hebei-2020"))
    on = date(2020, 4, 20)
    played.lead(on)
    played.consent(on)
    played.visit(on)
    played.assess(on)
    assert (played.file.state, played.file.post_due) == (S.POST, None)
    agrees(casework, asks(casework, played.file, on), on)
    due = played.file.backfill_due
    assert due is not None
    assert played.file.post_due == due > on


def test_the_visit_pins_its_rules_and_the_days_still_run_from_the_agreement(casework, file):
    agrees(casework, asks(casework, file))
    under(casework, "default", "neimenggu-2023")
    played = Played(casework, id=file.id)
    played.consent(day(15))
    played.visit(day(15))
    assert (played.file.backfill_due, played.file.total_due) == (day(29), None)


def test_overdue_it_is_a_lead_for_the_office_once(casework, file):
    agrees(casework, asks(casework, file))
    casework.ring(day(28))
    assert casework.said(GreenChannelOverdue) == []
    assert part(casework, Part.OVERDUE, day(29)) == []
    casework.ring(day(29))
    casework.ring(day(30))
    (said,) = casework.said(GreenChannelOverdue)
    assert (said.identification, said.agreed_on, said.on) == (file.id, day(14), day(29))
    with casework.sessions() as session:
        (row,) = queries.of_file(session, file.id)
        at = BACKFILL_CLOCK.pending(session, file.id)
    assert (row.overdue_on, at) == (day(29), None)
    assert part(casework, Part.OVERDUE, day(30)) == [file.id]
    assert titles(casework, OFFICE, day(30)) == ["backfill"]
    assert titles(casework, VISITOR, day(30)) == []
    with casework.sessions() as session:
        over = files.overrun_of(session, session.get_one(Identification, file.id), day(1, 10))
        texts = [entry.text for entry in files.history(session, file.id)]
    assert over is not None
    assert "超过补办期限2天" in over.sentence
    assert "体外循环" not in "".join(texts)  # the file is read by villages too


def test_a_clock_that_rings_again_says_nothing_again(casework, file):
    agrees(casework, asks(casework, file))
    casework.ring(day(29))
    at = datetime.combine(day(30), time.max, ZONE).astimezone(UTC)
    casework.do(commands.fall_overdue, Due(file.id, at))
    assert len(casework.said(GreenChannelOverdue)) == 1
    casework.hear(*casework.case(1, day(30)))  # a further lead joins, told twice
    assert now(casework, file).backfill_due == day(29)


def end(casework: Casework, file: Identification, on: date = day(24), **said) -> None:
    """Not admitted, its comparison answered."""
    carry(casework, file, S.DECIDE, day(15))
    compared(casework, [file], asked=day(15), answered=day(18))
    form = listed(on, refuse(file, **said))
    casework.do(decisions.decide_all, form, actor=OFFICE, on=on)


def test_not_admitted_its_aid_stands_apart_and_nothing_is_claimed_back(casework, file):
    row = asks(casework, file)
    agrees(casework, row)
    helps(casework, row)
    end(casework, file)
    casework.ring(day(29))
    assert casework.said(GreenChannelOverdue) == []  # it was made up, whatever its end
    assert part(casework, Part.NOT_ADMITTED, day(30)) == [file.id]
    assert part(casework, Part.OVERDUE, day(30)) == []
    assert standing(casework, file) is Standing.NONE
    with casework.sessions() as session:
        (line,) = queries.lines(session, [session.get_one(GreenChannel, row.id)], day(30))
    assert line.measures == 1
    assert "人均收入高于监测范围" in line.reason
    form = RecoveryForm(recovers=True, reason="没有纳入")
    with pytest.raises(Refused, match="只有因申报情况不实而不予纳入的"):
        casework.do(commands.decide_recovery, row.id, form, actor=OFFICE, on=day(25))
    with pytest.raises(Conflict, match="已经办完"):
        helps(casework, row, day(25))


def test_after_a_false_statement_a_person_decides(casework, file):
    row = asks(casework, file)
    agrees(casework, row)
    end(casework, file, reason="false_statement", words="没有翻车")
    assert titles(casework, OFFICE, day(25)) == ["recovery"]
    form = RecoveryForm(recovers=True, reason="事故是编的")
    with pytest.raises(Forbidden):
        casework.do(commands.decide_recovery, row.id, form, actor=HEAD, on=day(25))
    casework.do(commands.decide_recovery, row.id, form, actor=OFFICE, on=day(25))
    with pytest.raises(Conflict, match="已经决定"):
        casework.do(commands.decide_recovery, row.id, form, actor=OFFICE, on=day(25))
    assert [said.recovers for said in casework.said(RecoveryDecided)] == [True]
    assert titles(casework, OFFICE, day(25)) == []


def test_made_up_in_time_it_is_done(casework: Casework):
    played = Played(casework)
    played.lead(day(10))
    row = asks(casework, played.file)
    agrees(casework, row)
    for deed, on in (
        *(("consent", 14), ("visit", 14), ("assess", 14), ("post", 15), ("ask", 15)),
        *(("answer", 17), ("recheck", 18), ("close", 21), ("review", 22), ("decide", 23)),
    ):
        getattr(played, deed)(day(on))
    assert part(casework, Part.OPEN, day(23)) == [played.id]
    assert standing(casework, played.file) is Standing.MONITORED
    played.announce(day(24))
    assert part(casework, Part.DONE, day(24)) == [played.id]
    casework.ring(day(30))
    assert casework.said(GreenChannelOverdue) == []
    with pytest.raises(Conflict, match="已经走绿色通道"):
        asks(casework, played.file, day(30))


def test_who_is_monitored_or_refused_needs_none(casework, file):
    end(casework, file)
    with pytest.raises(Conflict, match="不予纳入"):
        asks(casework, file, day(25))


def test_the_doors_go_the_whole_way(casework, file, client, clock):
    """Two persons at their pages, each offered what is his."""
    clock.set(datetime(2026, 9, 14, 9, tzinfo=ZONE))
    to = f"/casework/files/{file.id}/green-channel"
    clerk, head, office = (client("casework", who) for who in (VISITOR, HEAD, OFFICE))
    assert "提出走绿色通道" in clerk.get(to).text
    assert 'name="facts"' not in head.get(to).text
    refused = clerk.post(to, data=OPEN | {"facts": ""})
    assert refused.status_code == 422
    assert clerk.post(to, data=OPEN).status_code == 303
    (row,) = clerk.get(f"/casework/api/files/{file.id}/green-channel").json()
    path = f"/casework/green-channels/{row['id']}"
    assert f'action="{path}/answer"' in head.get(to).text
    assert f'action="{path}/answer"' not in clerk.get(to).text
    assert head.post(f"{path}/answer", data={"agrees": "true"}).status_code == 303
    done = {"what": "临时救助", "by": "民政局", "on": "2026-09-14"}
    assert clerk.post(f"{path}/measures", data=done).status_code == 303
    shown = client("casework", CLERK).get(f"/casework/files/{file.id}").text
    assert "补办程序期限" in shown
    assert "2026年9月29日" in shown
    assert "。。" not in shown  # a fact ends once, whatever was typed
    assert "体外循环" not in shown + client("casework", CLERK).get(to).text
    listed = office.get("/casework/green-channels?part=open")
    assert "户主1" in listed.text
    assert office.get("/casework/green-channels.xlsx").status_code == 200
    clock.set(datetime(2026, 9, 30, 9, tzinfo=ZONE))
    assert "体外循环线索" in office.get("/casework/green-channels?part=overdue").text
    assert "体外循环" not in clerk.get("/casework/green-channels?part=overdue").text
    assert len(office.get("/casework/api/green-channels?part=overdue").json()) == 1


def test_each_event_twice_changes_nothing(casework: Casework):
    """The network's case in a green channel is told again, also by the county's later word of it."""
    told = casework.case(2, day(14))
    casework.hear(*told)
    (file,) = casework.files()
    row = asks(casework, file)
    agrees(casework, row)
    before = (now(casework, file).version, casework.deeds(file), titles(casework, OFFICE, day(14)))
    casework.hear(*told)
    casework.hear(*casework.case(2, day(14)))
    assert (
        now(casework, file).version,
        casework.deeds(file),
        titles(casework, OFFICE, day(14)),
    ) == before
    assert [said.case for said in casework.said(GreenChannelAgreed)] == ["case-2"]
