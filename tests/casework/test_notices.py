"""Notices: their days, what stands on them, what is objected, and who sees of whom."""

import re
from datetime import date
from html import unescape
from io import BytesIO

import pytest
from docx import Document
from sqlmodel import select

from kit.actor import SYSTEM, Actor
from kit.errors import Conflict, Forbidden, Refused
from kit.seal import unseal
from rulebook.notices import never_on_a_notice
from schemas.casework import (
    NoticeClosed,
    NoticePosted,
    ObjectionAnswered,
    ObjectionReceived,
    ObjectionWords,
)
from schemas.codes import NoticeRound, Role
from services.casework.identification import commands as files
from services.casework.identification.forms import LeadForm
from services.casework.identification.rules import FileAction as A
from services.casework.identification.rules import FileState as S
from services.casework.notices import commands, queries
from services.casework.notices.forms import (
    AnswerForm,
    CloseForm,
    ObjectionForm,
    PostForm,
    TakeDownForm,
)
from services.casework.notices.models import Notice, Objection
from tests.casework.town import (
    CLERK,
    COUNTY,
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    TOWNSHIP,
    TOWNSHIP_CLERK,
    VILLAGE,
    Casework,
    day,
    id_number,
)
from tests.conftest import at

HUNG = {"place": "村务公开栏", "posted_by": "吕静"}
OBJECTS = {"channel": "PHONE", "text": "他家有小汽车", "name": "严证", "phone": "16000001234"}


def assessed(casework: Casework, *numbers: int) -> list[str]:
    """Files of these households, carried on the 20th and waiting for their sheet."""
    for number in numbers:
        casework.hear(*casework.case(number, day(18)))
    found = [file.id for file in casework.files()]
    with casework.sessions.begin() as session:
        for id in found:
            file = files.take(session, id)
            for action, on in ((A.CONSENT, 19), (A.VERIFY, 19), (A.CARRY, 20)):
                files.advance(session, file, action, actor=SYSTEM, on=day(on))
    return found


def post(
    casework: Casework,
    *ids: str,
    on: date = day(21),
    today: date | None = None,
    actor: Actor = CLERK,
    round: NoticeRound = NoticeRound.VILLAGE,
) -> Notice:
    form = PostForm(round=round, files=list(ids), posted_on=on, **HUNG)
    return casework.do(commands.post_notice, form, actor=actor, on=today or on)


def close(casework: Casework, notice: Notice, on: date, actor: Actor = CLERK) -> Notice:
    return casework.do(commands.close_notice, notice.id, CloseForm(on=on), actor=actor, on=on)


def objected(casework: Casework, notice: Notice, on: date, actor: Actor = TOWNSHIP_CLERK, **more):
    form = ObjectionForm(**{**OBJECTS, "received_on": on, **more})
    return casework.do(commands.receive_objection, notice.id, form, actor=actor, on=on)


def answer(casework: Casework, objection: Objection, on: date, actor: Actor = TOWNSHIP_CLERK):
    form = AnswerForm(upheld=False, answer="车是其弟所有，已向反映人说明", on=on)
    return casework.do(commands.answer_objection, objection.id, form, actor=actor, on=on)


def states(casework: Casework) -> list[S]:
    return [file.state for file in casework.files()]


def open_against(casework: Casework, file: str) -> int:
    with casework.sessions() as session:
        return queries.open_objections(session, file)


def test_gt_11_posted_on_d_it_hangs_five_days_and_closes_from_the_sixth(casework: Casework):
    first, second = assessed(casework, 1, 2)
    notice = post(casework, first, second)
    assert (notice.first, notice.last, notice.closes_from) == (day(22), day(26), day(27))
    for early in (day(21), day(25), day(26)):
        with pytest.raises(Refused, match="从9月22日到9月26日，最早9月27日结束"):
            close(casework, notice, early)
    assert states(casework) == [S.NOTICE, S.NOTICE]
    close(casework, notice, day(27))  # a Sunday in the holiday's run: a minimum never moves
    assert states(casework) == [S.REVIEW, S.REVIEW]
    with pytest.raises(Conflict, match="已经结束"):
        close(casework, notice, day(27))
    assert casework.deeds(casework.files()[0])[-2:] == [A.POST, A.CLOSE_NOTICE]
    (posted,), (closed,) = casework.said(NoticePosted), casework.said(NoticeClosed)
    assert (posted.closes_from, posted.identifications) == (day(27), (first, second))
    assert (closed.on, closed.identifications, closed.objections) == (day(27), (first, second), 0)


def test_a_household_that_falls_out_does_not_hold_the_others(casework: Casework):
    first, second = assessed(casework, 1, 2)
    notice = post(casework, first, second)
    with casework.sessions.begin() as session:
        gone = files.take(session, first)
        files.advance(session, gone, A.LAPSE, actor=SYSTEM, on=day(23), reason="整户迁出")
    close(casework, notice, day(28))
    assert states(casework) == [S.LAPSED, S.REVIEW]


@pytest.mark.parametrize(
    ("on", "today", "sentence"),
    [(day(22), day(21), "张贴日期不能晚于今天"), (day(19), day(21), "张贴日期不能早于民主评议")],
)
def test_a_sheet_hangs_after_the_meeting_and_not_in_the_future(casework, on, today, sentence):
    (file,) = assessed(casework, 1)
    with pytest.raises(Refused, match=sentence):
        post(casework, file, on=on, today=today)
    assert states(casework) == [S.POST]


def test_a_sheet_is_of_one_village_and_hangs_once(casework: Casework):
    casework.hear(*casework.case(5, day(18)))  # of another village
    there, here = assessed(casework, 1)
    with pytest.raises(Refused, match="一张公示只写一个村"):
        post(casework, here, there, actor=SYSTEM)
    post(casework, here)
    with pytest.raises(Conflict, match="不能“张贴公示”"):
        post(casework, here)
    with pytest.raises(Refused, match="只能写一次"):
        post(casework, here, here)
    assert len(casework.said(NoticePosted)) == 1


def test_who_is_in_no_register_waits_for_it(casework: Casework):
    form = LeadForm(
        channel="CADRE", on=day(18), head_name="户主9", id_number=id_number(9), village=VILLAGE
    )
    casework.do(files.record_lead, form, actor=CLERK, on=day(18))
    (file,) = assessed(casework)
    with pytest.raises(Refused, match="户主9还没有登记到农户名册"):
        post(casework, file)
    casework.hear(casework.household(9))
    post(casework, file)
    assert states(casework) == [S.NOTICE]


def test_a_wrong_sheet_comes_down_and_the_days_begin_anew(casework: Casework):
    first, second = assessed(casework, 1, 2)
    wrong = post(casework, first, second)
    form = TakeDownForm(reason="把户主2写成别人", posted_on=day(24), **HUNG)
    right = casework.do(commands.replace_notice, wrong.id, form, actor=CLERK, on=day(24))
    assert (right.replaces, right.closes_from) == (wrong.id, day(30))
    for notice, sentence in ((wrong, "已经撤下"), (right, "最早9月30日结束")):
        with pytest.raises(Refused, match=sentence):
            close(casework, notice, day(29))
    assert states(casework) == [S.NOTICE, S.NOTICE]
    close(casework, right, day(30))
    assert states(casework) == [S.REVIEW, S.REVIEW]
    assert [event.replaces for event in casework.said(NoticePosted)] == [None, wrong.id]
    with pytest.raises(Conflict, match="已经撤下"):
        casework.do(commands.replace_notice, wrong.id, form, actor=CLERK, on=day(30))


def test_an_open_objection_lets_the_days_run_and_the_review_wait(casework: Casework):
    first, second = assessed(casework, 1, 2)
    notice = post(casework, first, second)
    objection = objected(casework, notice, day(23), file=first)
    assert objection.due == day(29)  # three working days: the 25th to the 27th are a holiday
    close(casework, notice, day(27))
    assert states(casework) == [S.REVIEW, S.REVIEW]
    assert (open_against(casework, first), open_against(casework, second)) == (1, 0)
    with casework.sessions() as session:
        tasks = casework.service.open_tasks(session, TOWNSHIP_CLERK, day(27))
        (task,) = [task for task in tasks if task.kind == "objection"]
        assert (task.due, task.count, task.href) == (day(29), 1, notice.page)
        village = casework.service.open_tasks(session, CLERK, day(27))
        assert "objection" not in [task.kind for task in village]
    with pytest.raises(Refused, match="不能早于收到日期"):
        answer(casework, objection, day(22))
    answer(casework, objection, day(28))
    assert open_against(casework, first) == 0
    with pytest.raises(Conflict, match="已经答复"):
        answer(casework, objection, day(28))
    (received,), (answered,) = casework.said(ObjectionReceived), casework.said(ObjectionAnswered)
    assert (received.identification, received.anonymous, received.due) == (first, False, day(29))
    assert "严证" not in received.model_dump_json()
    with casework.sessions() as session:
        words = unseal(session, received.sealed, ObjectionWords)
    assert (words.text, words.name) == ("他家有小汽车", "严证")
    assert (answered.upheld, answered.on) == (False, day(28))
    assert casework.said(NoticeClosed)[0].objections == 1


def test_an_anonymous_objection_is_looked_at(casework: Casework):
    (file,) = assessed(casework, 1)
    notice = post(casework, file)
    objection = objected(casework, notice, day(22), file=file, name=None, phone=None)
    assert objection.anonymous
    assert open_against(casework, file) == 1
    assert casework.said(ObjectionReceived)[0].anonymous


def test_a_household_added_by_objection_has_five_days_of_its_own(casework: Casework):
    (first,) = assessed(casework, 1)
    notice = post(casework, first)
    objection = objected(casework, notice, day(23), text="户主2更困难，应该公示")
    assert open_against(casework, first) == 0  # it says nothing against the household that hangs
    answer(casework, objection, day(24))
    casework.hear(*casework.case(2, day(24)))
    second = casework.files()[1].id
    with casework.sessions.begin() as session:
        file = files.take(session, second)
        for action in (A.CONSENT, A.VERIFY, A.CARRY):
            files.advance(session, file, action, actor=SYSTEM, on=day(25))
    added = post(casework, second, on=day(26))
    assert (notice.closes_from, added.closes_from) == (day(27), day(2, 10))
    close(casework, notice, day(27))
    assert states(casework) == [S.REVIEW, S.NOTICE]


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"file": "nobody"}, "不在这份公示上"),
        ({"received_on": day(20)}, "不能早于张贴日期"),
        ({"received_on": day(24)}, "也不能晚于今天"),
    ],
)
def test_what_an_objection_says_wrongly_is_refused(casework: Casework, more, sentence):
    (file,) = assessed(casework, 1)
    notice = post(casework, file)
    with pytest.raises(Refused, match=sentence):
        objected(casework, notice, day(23), **more)


def words_of(page: str) -> str:
    main = page[page.index("<main") : page.index("</main>")]
    return unescape(re.sub(r"<[^>]*>", " ", main))


def test_gt_20_the_sheet_shows_the_whitelist_and_nothing_else(casework: Casework, client, clock):
    clock.set(at(2026, 9, 21))
    first, second = assessed(casework, 1, 2)
    browser = client("casework", CLERK)
    assert "2户等待张贴" in browser.get("/casework/notices").text
    place = f"round=VILLAGE&place={VILLAGE}"
    before = Document(BytesIO(browser.get(f"/casework/notices/sheet.docx?{place}").content))
    assert browser.get(f"/casework/notices/sheet?{place}").status_code == 200
    form = HUNG | {"round": "VILLAGE", "posted_on": "2026-09-21", "files": [first, second]}
    done = browser.post("/casework/notices", data=form)
    assert done.status_code == 303, done.text
    hung = done.headers["location"]
    after = Document(BytesIO(browser.get(f"{hung}/notice.docx").content))
    for letter in (before, after):
        rows = [[cell.text for cell in row.cells] for row in letter.tables[0].rows]
        assert rows == [
            ["序号", "户主姓名", "所在村", "村民小组", "家庭人口", "监测对象类别"],
            ["1", "户主1", "河湾镇石桥村", "01组", "1人", ""],
            ["2", "户主2", "河湾镇石桥村", "01组", "1人", ""],
        ]
    papers = ["\n".join(line.text for line in letter.paragraphs) for letter in (before, after)]
    for said in (*papers, words_of(browser.get(f"{hung}/print").text)):
        assert never_on_a_notice(said) == ()
        assert id_number(1) not in said
        assert "2026年9月22日至2026年9月26日" in said


def test_a_notice_by_page(casework: Casework, client, clock):
    clock.set(at(2026, 9, 23))
    (file,) = assessed(casework, 1)
    notice = post(casework, file)
    village, township = client("casework", CLERK), client("casework", TOWNSHIP_CLERK)
    page = {"referer": f"http://testserver{notice.page}"}
    early = village.post(f"{notice.page}/closing", data={"on": "2026-09-23"}, headers=page)
    assert (early.status_code, "最早9月27日结束公示" in early.text) == (422, True)
    said = OBJECTS | {"file": file, "received_on": "2026-09-23"}
    assert township.post(f"{notice.page}/objections", data=said).status_code == 303
    seen = township.get(notice.page).text
    assert "他家有小汽车" in seen
    assert "严证" in seen
    clock.set(at(2026, 9, 24))
    with casework.sessions() as session:
        (objection,) = session.exec(select(Objection)).all()
    given = {"upheld": "false", "answer": "车是其弟所有", "on": "2026-09-24"}
    path = f"/casework/objections/{objection.id}/answer"
    assert village.post(path, data=given).status_code == 403
    assert township.post(path, data=given).status_code == 303
    assert "车是其弟所有" in township.get(notice.page).text
    replaced = HUNG | {"posted_on": "2026-09-24", "reason": "人口写错"}
    new = village.post(f"{notice.page}/replacement", data=replaced)
    assert new.status_code == 303
    assert "人口写错" in village.get(notice.page).text
    clock.set(at(2026, 9, 30))
    closed = village.post(f"{new.headers['location']}/closing", data={"on": "2026-09-30"})
    assert closed.status_code == 303
    assert states(casework) == [S.REVIEW]


def test_of_an_objection_the_village_sees_that_there_is_one(casework: Casework, client, clock):
    clock.set(at(2026, 9, 23))
    (file,) = assessed(casework, 1)
    notice = post(casework, file)
    village = client("casework", CLERK)
    path = f"/casework/api/notices/{notice.id}/objections"
    body = OBJECTS | {"file": file, "received_on": "2026-09-23"}
    made = village.post(path, json=body)  # somebody told the village clerk
    assert made.status_code == 200, made.text
    assert village.get(path).json() == [made.json()]
    assert made.json().keys() == {"id", "notice", "received_on", "due", "answered_on"}
    seen = village.get(notice.page).text + village.get(f"/casework/files/{file}").text
    assert "异议 1件" in seen
    assert "严证" not in seen
    assert "小汽车" not in seen
    told = client("casework", TOWNSHIP_CLERK).get(path).json()
    assert (told[0]["name"], told[0]["text"]) == ("严证", "他家有小汽车")
    given = {"upheld": True, "answer": "属实，另行上报", "on": "2026-09-23"}
    to = f"/casework/api/objections/{made.json()['id']}/answer"
    assert client("casework", CLERK).post(to, json=given).status_code == 403
    assert client("casework", TOWNSHIP_CLERK).post(to, json=given).json()["upheld"] is True


def test_a_notice_by_the_api(casework: Casework, client, clock):
    clock.set(at(2026, 9, 21))
    (file,) = assessed(casework, 1)
    program = client("casework", CLERK)
    body = HUNG | {"round": "VILLAGE", "posted_on": "2026-09-21", "files": [file]}
    made = program.post("/casework/api/notices", json=body)
    assert made.status_code == 200, made.text
    path = f"/casework/api/notices/{made.json()['id']}"
    assert program.get(path).json() == made.json()
    assert made.json()["closes_from"] == "2026-09-27"
    assert len(program.get("/casework/api/notices?hangs=true").json()) == 1
    clock.set(at(2026, 9, 26))
    early = program.post(f"{path}/closing", json={"on": "2026-09-26"})
    assert (early.status_code, "最早9月27日" in early.json()["detail"]) == (422, True)
    new = HUNG | {"posted_on": "2026-09-26", "reason": "风雨损坏"}
    second = program.post(f"{path}/replacement", json=new).json()
    assert (second["replaces"], second["closes_from"]) == (made.json()["id"], "2026-10-02")
    clock.set(at(2026, 10, 2))
    closed = program.post(
        f"/casework/api/notices/{second['id']}/closing", json={"on": "2026-10-02"}
    )
    assert closed.json()["closed_on"] == "2026-10-02"


MATRIX = [
    # role, place, sees, hangs up (replaces, closes), receives objections, answers
    (Role.VILLAGE_CLERK, VILLAGE, True, True, True, False),
    (Role.VILLAGE_SECRETARY, VILLAGE, True, True, True, False),
    (Role.VILLAGE_CLERK, OTHER_VILLAGE, False, False, False, False),
    (Role.TOWNSHIP_CLERK, TOWNSHIP, True, False, True, True),
    (Role.TOWNSHIP_HEAD, TOWNSHIP, True, False, True, True),
    (Role.TOWNSHIP_CLERK, OTHER_TOWNSHIP, False, False, False, False),
    (Role.COUNTY_CLERK, COUNTY, True, False, True, False),
    (Role.COUNTY_LEADER, COUNTY, True, False, False, False),
    (Role.HELPER, "U001-01", False, False, False, False),
    (Role.DEPARTMENT_CLERK, "housing", False, False, False, False),
]


@pytest.mark.parametrize(("role", "place", "sees", "hangs", "receives", "answers"), MATRIX)
def test_who_may_what_with_a_villages_notice(
    casework: Casework, client, clock, role, place, sees, hangs, receives, answers
):
    clock.set(at(2026, 9, 27))
    first, second = assessed(casework, 1, 2)
    notice = post(casework, first)
    objection = objected(casework, notice, day(22), file=first)
    who = Actor("who", "某人", role, place)
    browser = client("casework", who)
    for address in ("", "/print", "/notice.docx"):
        assert (browser.get(f"{notice.page}{address}").status_code == 200) is sees

    def may(deed) -> bool:
        try:
            deed()
        except Forbidden:
            return False
        return True

    assert may(lambda: post(casework, second, on=day(27), actor=who)) is hangs
    assert may(lambda: objected(casework, notice, day(23), who, file=first)) is receives
    assert may(lambda: answer(casework, objection, day(24), who)) is answers
    form = TakeDownForm(reason="写错", posted_on=day(27), **HUNG)
    replace = may(
        lambda: casework.do(commands.replace_notice, notice.id, form, actor=who, on=day(27))
    )
    assert replace is hangs
    if not hangs:
        with pytest.raises(Forbidden):
            close(casework, notice, day(27), who)
