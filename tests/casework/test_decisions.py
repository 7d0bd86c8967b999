"""The county decides by list, announces, enters; whoever is not admitted is told."""

from io import BytesIO

import pytest
from docx import Document
from sqlmodel import func, select

from kit.errors import Conflict, Forbidden, NotFound, Refused
from rulebook.packs import load_pack
from schemas.casework import (
    AnnouncementPosted,
    HouseholdEntered,
    HouseholdIdentified,
    HouseholdNotAdmitted,
)
from schemas.codes import RiskCause, Stratum
from schemas.monitored import Standing
from services.casework.comparisons import commands as comparisons
from services.casework.comparisons.forms import AnswerForm
from services.casework.decisions import commands, documents, queries
from services.casework.decisions.forms import AnnounceForm, EntryForm, TellForm
from services.casework.decisions.models import Announcement, Decision
from services.casework.decisions.rules import Verdict
from services.casework.identification import commands as files
from services.casework.identification import procedure
from services.casework.identification.rules import FileAction as A
from services.casework.identification.rules import FileState as S
from services.casework.monitored import queries as register
from tests.casework.carried import (
    GROUP,
    HEAD,
    SECRETARY,
    admit,
    carry,
    compared,
    lead,
    listed,
    refuse,
    several,
    state,
)
from tests.casework.town import CLERK, OFFICE, TOWNSHIP_CLERK, Casework, day
from tests.conftest import at


def decide(casework: Casework, *lines, actor=OFFICE, on=day(21), **form):
    entered = listed(form.pop("held", on), *lines, **form)
    return casework.do(commands.decide_all, entered, actor=actor, on=on)


@pytest.fixture
def waiting(casework: Casework):
    """Three households that the county can decide about."""
    found = several(casework, S.DECIDE)
    compared(casework, found)
    return found


def row(casework: Casework, file):
    with casework.sessions() as session:
        session.expire_on_commit = False
        (found,) = register.rows_of(session, files.take(session, file.id))
        return found


def decisions(casework: Casework) -> list[Decision]:
    with casework.sessions() as session:
        session.expire_on_commit = False
        return list(session.exec(select(Decision).order_by(Decision.id)))


def announce(casework: Casework, *chosen, on=day(22)):
    form = AnnounceForm(files=[file.id for file in chosen], on=on, where="县政府网站")
    return casework.do(commands.announce, form, actor=OFFICE, on=on)


def test_a_meetings_list_is_decided_line_by_line(casework: Casework, waiting):
    first, second, third = waiting
    causes = [RiskCause.EDUCATION, RiskCause.ILLNESS]
    made, taken = decide(
        casework,
        admit(first, causes=causes),
        refuse(second),
        admit(third, verdict=Verdict.SEND_BACK, words="请核对务工收入"),
        on=day(22),
        held=day(21),
        title="县委农村工作领导小组2026年第5次会议",
    )
    assert len(taken.done) == 3
    states = [state(casework, file) for file in waiting]
    assert states == [S.ANNOUNCE, S.NOT_ADMITTED, S.REVIEW]
    monitored = row(casework, first)
    assert (monitored.standing, monitored.category) == (Standing.MONITORED, Stratum.MARGINAL)
    assert monitored.causes == [RiskCause.ILLNESS, RiskCause.EDUCATION]
    assert monitored.identified_on == day(21)  # the day of the decision, whenever it was entered
    (identified,) = casework.said(HouseholdIdentified)
    assert (identified.household, identified.on) == ("h1", day(21))
    assert identified.primary_cause is RiskCause.ILLNESS
    assert identified.persons == 1  # on that day
    (refused,) = casework.said(HouseholdNotAdmitted)
    assert (refused.household, refused.reason) == ("h2", "income")
    with casework.sessions() as session:
        lines = queries.lines(session, made.id)
    assert [line.verdict for line in lines].count(Verdict.ADMIT) == 1
    assert {line.compared for line in lines} == {"15个部门无疑点"}


def test_no_decision_while_the_comparison_is_within_its_limit(casework: Casework):
    (file,) = several(casework, S.DECIDE, ("h1",))
    with pytest.raises(Conflict, match="还没有发出数据比对"):
        decide(casework, admit(file), on=day(14))
    requests = compared(casework, [file], answered=None)
    for request in requests[1:]:
        form = AnswerForm(files=[file.id], answer="clear", answered_on=day(14))
        casework.do(comparisons.answer_comparison, request.id, form, actor=OFFICE, on=day(14))
    for line in (admit(file), refuse(file)):
        with pytest.raises(Conflict, match=r"时限内（3个工作日，依据s001/4 I-14）.*9月16日前反馈"):
            decide(casework, line, on=day(16))
    assert decisions(casework) == []
    assert state(casework, file) is S.DECIDE
    decide(casework, admit(file), on=day(17))  # it was silent; that is what the decision says
    assert decisions(casework)[0].compared == "14个部门无疑点；health-insurance未反馈"


def test_sending_back_does_not_wait_for_the_comparison(casework: Casework):
    (file,) = several(casework, S.DECIDE, ("h1",))
    decide(casework, refuse(file, verdict=Verdict.REASSESS, words="票数不清"), on=day(14))
    assert state(casework, file) is S.ASSESS


def test_not_carried_in_the_village_yet_admitted_by_the_county(casework: Casework):
    file = lead(casework, "h1")
    carry(casework, file, S.ASSESS)
    with casework.sessions.begin() as session:
        taken = files.take(session, file.id)
        files.advance(
            session, taken, A.NOT_CARRY, actor=CLERK, on=day(11), text="同意9票，反对16票"
        )
        files.advance(session, taken, A.NOT_APPROVE, actor=HEAD, on=day(11), text="票数不够")
    compared(casework, [file])
    decide(casework, admit(file))
    assert row(casework, file).standing is Standing.MONITORED
    assert casework.deeds(file)[-1] == A.ADMIT


def test_admitted_twice_changes_nothing(casework: Casework, waiting):
    file = waiting[0]
    decide(casework, admit(file))
    before = row(casework, file)
    for line in (admit(file, category=Stratum.SUDDEN_HARDSHIP), refuse(file)):
        with pytest.raises(Conflict, match="不能“"):
            decide(casework, line, on=day(22))
    assert row(casework, file) == before
    assert len(decisions(casework)) == len(casework.said(HouseholdIdentified)) == 1
    assert casework.deeds(file).count(A.ADMIT) == 1


def test_a_line_that_falls_out_does_not_hold_the_others(casework: Casework, waiting):
    first, second, third = waiting
    lacking = admit(second, category=None)
    _, taken = decide(casework, admit(first), lacking, admit(third))
    assert [number for number, _ in taken.fallen] == [second.number]
    assert (
        taken.said("已审定") == f"已审定2户。{second.number}没有办成：纳入的，请选择监测对象类别。"
    )
    assert state(casework, second) is S.DECIDE


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ({"category": None}, "请选择监测对象类别"),
        ({"primary_cause": None}, "请选择主要原因"),
        ({"causes": ["EDUCATION", "DISABILITY", "ACCIDENT", "OTHER", "NATURAL_DISASTER"]}, "最多"),
        ({"verdict": "not_admit"}, "请选择原因"),
        ({"verdict": "not_admit", "reason": "income"}, "请写明理由"),
        ({"verdict": "send_back"}, "请写明理由"),
    ],
)
def test_what_a_line_lacks_is_said(casework: Casework, waiting, line, sentence):
    with pytest.raises(Refused, match=sentence):
        decide(casework, admit(waiting[0], **line))
    assert decisions(casework) == []


def test_a_category_that_nobody_is_monitored_by_is_refused(waiting):
    with pytest.raises(ValueError, match="监测对象类别“一般户”不对"):
        admit(waiting[0], category=Stratum.ORDINARY)


def test_who_decides_the_pack_names(casework: Casework, waiting, monkeypatch):
    first, second, _ = waiting
    with pytest.raises(Forbidden, match="由县级牵头部门审定"):
        decide(casework, admit(first), actor=GROUP)
    pack = load_pack("default")
    identify = pack.identify.model_copy(update={"county_decider": "LEADING_GROUP"})
    group = pack.model_copy(update={"identify": identify})
    monkeypatch.setattr(procedure, "pack_of", lambda session, ref: group)
    with pytest.raises(Refused, match="规定由领导小组审定"):
        decide(casework, admit(first))
    decide(casework, admit(first), title="领导小组第5次会议")
    decide(casework, admit(second), actor=GROUP, title="领导小组第5次会议")
    assert {line.decided_account for line in decisions(casework)} == {"office", "group"}


def test_an_earlier_day_is_that_of_a_meeting(casework: Casework, waiting):
    with pytest.raises(Refused, match="请写明是哪次会议"):
        decide(casework, admit(waiting[0]), on=day(22), held=day(21))
    with pytest.raises(Refused, match="不能晚于今天"):
        decide(casework, admit(waiting[0]), on=day(21), held=day(22))


def test_nobody_decides_what_he_worked_on(casework: Casework, waiting):
    from dataclasses import replace

    reviewer = replace(OFFICE, account="visitor")  # two posts of one person are one person
    with pytest.raises(Forbidden, match="办过这一户的核实"):
        decide(casework, admit(waiting[0]), actor=reviewer)
    for actor in (CLERK, TOWNSHIP_CLERK):
        with pytest.raises(Forbidden):
            decide(casework, admit(waiting[0]), actor=actor)


def test_steps_after_the_decision_keep_their_order(casework: Casework, waiting):
    first, second, _ = waiting
    with pytest.raises(Conflict, match="不能“公告”"):
        announce(casework, first)
    decide(casework, admit(first), admit(second))
    entry = EntryForm(file=first.id, national_number="1500001234")
    with pytest.raises(Conflict, match="不能“录入系统”"):
        casework.do(commands.record_entry, entry, actor=HEAD, on=day(22))
    with pytest.raises(Refused, match="日期不能早于"):
        announce(casework, first, on=day(20))
    posted, _ = announce(casework, first, second)
    (event,) = casework.said(AnnouncementPosted)
    assert set(event.identifications) == {first.id, second.id}
    assert state(casework, first) is S.REGISTER
    with pytest.raises(Forbidden, match="由乡镇录入"):  # as the pack says
        casework.do(commands.record_entry, entry, actor=OFFICE, on=day(23))
    casework.do(commands.record_entry, entry, actor=HEAD, on=day(23))
    assert state(casework, first) is S.ADMITTED
    assert row(casework, first).national_number == "1500001234"
    assert casework.said(HouseholdEntered)[0].national_number == "1500001234"
    with pytest.raises(Conflict):
        casework.do(commands.record_entry, entry, actor=HEAD, on=day(23))
    with casework.sessions() as session:
        assert len(queries.announced(session, posted.id)) == 2


def test_gt_20_an_announcement_shows_only_what_may_be_shown(
    casework: Casework, waiting, monkeypatch
):
    decide(casework, *(admit(file) for file in waiting))
    posted, _ = announce(casework, *waiting)
    words = paper(casework, lambda session: documents.announcement(session, posted))
    assert {"户主1", "户主2", "户主3", "河湾镇石桥村", "边缘易致贫户"} <= set(words)
    assert not any("990121" in word for word in words)  # no ID number
    pack = load_pack("default")
    privacy = pack.privacy.model_copy(update={"notice_fields": ("village", "category")})
    narrow = pack.model_copy(update={"privacy": privacy})
    monkeypatch.setattr(documents, "pack", lambda session, on: narrow)
    words = paper(casework, lambda session: documents.announcement(session, posted))
    assert "户主1" not in words
    assert "边缘易致贫户" in words


def paper(casework: Casework, make) -> list[str]:
    with casework.sessions() as session:
        letter = Document(BytesIO(make(session).content))
    cells = [cell.text for table in letter.tables for row in table.rows for cell in row.cells]
    return [*(paragraph.text for paragraph in letter.paragraphs), *cells]


def test_whoever_is_not_admitted_is_told_on_paper(casework: Casework, waiting):
    file = waiting[0]
    decide(casework, refuse(file))
    (decision,) = decisions(casework)
    with casework.sessions() as session:
        (task,) = [
            task
            for task in casework.service.open_tasks(session, CLERK, day(21))
            if task.kind == "tell"
        ]
    assert (task.count, task.objects) == (1, (f"decision:{decision.id}",))
    words = "".join(paper(casework, lambda session: documents.refusal(session, decision)))
    for said in (
        "户主1",
        "收入高于监测范围",
        "上年人均收入高于",
        "向河湾镇或者守望县农业农村局提出",
    ):
        assert said in words
    assert "请在收到本告知书后5个工作日内" in words
    for on in (day(20), day(23)):
        with pytest.raises(Refused, match="告知日期"):
            casework.do(commands.tell, decision.id, TellForm(told_on=on), actor=CLERK, on=day(22))
    form = TellForm(told_on=day(22))
    with pytest.raises(Forbidden):
        casework.do(commands.tell, decision.id, form, actor=HEAD, on=day(22))
    casework.do(commands.tell, decision.id, form, actor=SECRETARY, on=day(22))
    with casework.sessions() as session:
        kinds = [task.kind for task in casework.service.open_tasks(session, CLERK, day(23))]
    assert "tell" not in kinds
    with pytest.raises(Conflict, match="已经告知"):
        casework.do(commands.tell, decision.id, form, actor=CLERK, on=day(22))
    assert row(casework, file).standing is Standing.NONE


def test_a_pack_that_gives_time_to_object_has_it_on_the_paper(casework, waiting, monkeypatch):
    decide(casework, refuse(waiting[0]))
    (decision,) = decisions(casework)

    class Identify:
        appeal_limit = load_pack("default").identify.recheck_limit

    class Pack:
        identify = Identify

    monkeypatch.setattr(documents, "pack_of", lambda session, ref: Pack)
    words = "".join(paper(casework, lambda session: documents.refusal(session, decision)))
    assert "请在收到本告知书后5个工作日内，向河湾镇" in words


def test_papers_are_what_their_script_makes(tmp_path):
    from importlib.util import module_from_spec, spec_from_file_location

    folder = documents.TEMPLATES
    spec = spec_from_file_location("make_decision_papers", folder / "make_templates.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    for name, make in module.LETTERS.items():
        made = tmp_path / f"{name}.docx"
        make().save(str(made))
        assert texts(made) == texts(folder / f"{name}.docx")


def texts(path) -> list[str]:
    letter = Document(str(path))
    cells = [cell.text for table in letter.tables for row in table.rows for cell in row.cells]
    return [*(paragraph.text for paragraph in letter.paragraphs), *cells]


def test_there_is_no_letter_for_who_was_admitted(casework: Casework, waiting):
    decide(casework, admit(waiting[0]))
    (decision,) = decisions(casework)
    with pytest.raises(NotFound), casework.sessions() as session:
        queries.refused(session, OFFICE, decision.id, "decision_letter")


def test_pages_take_what_people_fill_in(casework: Casework, waiting, client, clock):
    first, second, _ = waiting
    clock.set(at(2026, 9, 21))
    office = client("casework", OFFICE)
    assert first.number in office.get("/casework/decisions").text
    today = clock().date().isoformat()
    opened = office.post("/casework/decisions", data={"on": today, "title": "第5次会议"})
    assert opened.status_code == 303
    page = opened.headers["location"].partition("?")[0]
    line = {
        "file": first.id,
        "verdict": "admit",
        "category": "MARGINAL",
        "primary_cause": "ILLNESS",
    }
    assert office.post(f"{page}/lines", data=line).status_code == 303
    line = {"file": second.id, "verdict": "not_admit", "reason": "other", "words": "已外迁"}
    assert office.post(f"{page}/lines", data=line).status_code == 303
    assert "已审定 2户" in office.get(page).text
    sent = {"files": [first.id], "on": today, "where": "县政府网站"}
    assert office.post("/casework/announcements", data=sent).status_code == 303
    assert "县政府网站" in office.get("/casework/announcements").text
    town = client("casework", HEAD)
    assert first.number in town.get("/casework/entries").text
    assert town.post("/casework/entries", data={"file": first.id}).status_code == 303
    village = client("casework", CLERK)
    assert "已外迁" in village.get("/casework/refusals").text
    (decision,) = [one for one in decisions(casework) if one.verdict is Verdict.NOT_ADMIT]
    assert village.get(f"/casework/refusals/{decision.id}.docx").status_code == 200
    told = village.post(f"/casework/refusals/{decision.id}/told", data={"told_on": today})
    assert told.status_code == 303
    with casework.sessions() as session:
        posted = session.exec(select(Announcement)).one()
        assert session.exec(select(func.count()).select_from(Decision)).one() == 2
    assert office.get(f"/casework/announcements/{posted.id}.docx").status_code == 200
