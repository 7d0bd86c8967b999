"""A sheet is hung up, replaced and closed; objections come in and are answered. Nobody here commits."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.dates import show_day
from kit.errors import Conflict, NotFound, Refused
from kit.messaging.inbox import origin
from kit.messaging.outbox import emit
from kit.packs import pack, pack_of
from kit.seal import seal
from rulebook.notices import NoticeDays
from schemas.casework import (
    AnswerWords,
    NoticeClosed,
    NoticePosted,
    ObjectionAnswered,
    ObjectionReceived,
    ObjectionWords,
)
from schemas.codes import NoticeRound
from services.casework import service
from services.casework.identification import commands as files_commands
from services.casework.identification.models import Identification
from services.casework.notices import queries
from services.casework.notices.forms import (
    AnswerForm,
    CloseForm,
    Hanging,
    ObjectionForm,
    PostForm,
    TakeDownForm,
)
from services.casework.notices.models import Notice, NoticedHousehold, Objection
from services.casework.notices.policy import policy
from services.casework.notices.rules import STEPS


def post_notice(session: Session, form: PostForm, *, actor: Actor, on: date) -> Notice:
    """A sheet hangs; what the village's shows is all of one village, the township's of one township."""
    files = _take(session, form.files)
    places = {
        file.village if form.round is NoticeRound.VILLAGE else file.township for file in files
    }
    if len(places) > 1:
        raise Refused(
            "一张公示只写一个村（乡镇公示只写一个乡镇）的农户，请分开张贴。", field="files"
        )
    notice = _new_notice(session, form, form.round, files, actor, on)
    policy.require(actor, "post_notice", notice)
    for file in files:
        if form.posted_on < file.stage_since:
            since = f"{file.number}：{show_day(file.stage_since)}"
            raise Refused(f"张贴日期不能早于民主评议的日期（{since}），请改。", field="posted_on")
    _hang(session, notice, files)
    step = STEPS[form.round]
    for file in files:
        text = _hung_words(notice)
        files_commands.advance(
            session, file, step.post, actor=actor, on=notice.posted_on, text=text, paper=notice.page
        )
    _tell(session, notice, files)
    return notice


def replace_notice(
    session: Session, id: str, form: TakeDownForm, *, actor: Actor, on: date
) -> Notice:
    """A wrong sheet comes down with a reason, and a new one hangs: its days begin anew."""
    old = _lock(session, id)
    policy.require(actor, "replace_notice", old)
    _demand_hanging(old)
    if form.posted_on < old.posted_on:
        raise Refused("重新张贴的日期不能早于原来的张贴日期。", field="posted_on")
    step = STEPS[old.round]
    files = [file for file in _take(session, _files(session, old)) if file.state is step.hangs]
    if not files:
        raise Conflict("这份公示上的农户都已经不在公示，不用重新张贴。")
    notice = _new_notice(session, form, old.round, files, actor, on)
    notice.replaces = old.id
    old.taken_down_on, old.taken_down_by = form.posted_on, actor.label
    old.taken_down_reason, old.version = form.reason, old.version + 1
    session.add(old)
    _hang(session, notice, files)
    for file in files:
        files_commands.redo(
            session,
            file,
            step.waits,
            step.post,
            instead_of=old.page,
            actor=actor,
            on=notice.posted_on,
            text=f"原公示撤下（{form.reason}）；{_hung_words(notice)}",
            paper=notice.page,
        )
    _tell(session, notice, files)
    return notice


def close_notice(session: Session, id: str, form: CloseForm, *, actor: Actor, on: date) -> Notice:
    """Its days are over: what still hangs goes on. `Refused` a day too early, with the day."""
    notice = _lock(session, id)
    policy.require(actor, "close_notice", notice)
    _demand_hanging(notice)
    if form.on > on:
        raise Refused("结束日期不能晚于今天。", field="on")
    if refusal := _days(notice).refusal(form.on):
        raise Refused(refusal, field="on")
    step = STEPS[notice.round]
    files = [file for file in _take(session, _files(session, notice)) if file.state is step.hangs]
    notice.closed_on, notice.closed_by, notice.version = form.on, actor.label, notice.version + 1
    session.add(notice)
    counted = queries.objections_to(session, notice.id)
    for file in files:
        against = sum(1 for objection in counted if objection.file == file.id)
        text = f"公示满{notice.words}，{f'收到异议{against}件' if against else '没有收到异议'}"
        files_commands.advance(
            session, file, step.close, actor=actor, on=form.on, text=text, paper=notice.page
        )
    emit(
        session,
        NoticeClosed(
            notice=notice.id,
            on=form.on,
            identifications=tuple(file.id for file in files),
            objections=len(counted),
        ),
    )
    return notice


def receive_objection(
    session: Session, id: str, form: ObjectionForm, *, actor: Actor, on: date
) -> Objection:
    """Somebody objects, also after the days of the notice: it is looked at, with a name or without."""
    notice = _lock(session, id)
    policy.require(actor, "receive_objection", notice)
    _demand_objection(session, notice, form, on)
    objection = Objection(
        notice=notice.id,
        village=notice.village,
        township=notice.township,
        due=_answer_due(session, form),
        **form.model_dump(),
        entered_on=on,
        entered_by=actor.label,
        entered_account=actor.account,
        origin=origin(session),
    )
    session.add(objection)
    session.flush()
    _note(session, objection, "公示收到异议", actor, form.received_on)
    _tell_received(session, objection)
    return objection


def answer_objection(
    session: Session, id: str, form: AnswerForm, *, actor: Actor, on: date
) -> Objection:
    """The township says what it found; the review of the household goes on."""
    objection = queries.see_objection(session, id)
    policy.require(actor, "answer_objection", objection)
    if objection.answered_on:
        raise Conflict("这条异议已经答复。")
    if not objection.received_on <= form.on <= on:
        raise Refused("答复日期不能早于收到日期，也不能晚于今天。", field="on")
    objection.answered_on, objection.upheld, objection.answer = form.on, form.upheld, form.answer
    objection.answered_by, objection.answered_account = actor.label, actor.account
    objection.version += 1
    session.add(objection)
    found = "属实" if form.upheld else "不属实"
    _note(session, objection, f"公示异议已答复：{found}", actor, form.on)
    emit(
        session,
        ObjectionAnswered(
            objection=objection.id,
            notice=objection.notice,
            identification=objection.file,
            upheld=form.upheld,
            on=form.on,
            sealed=seal(session, AnswerWords(text=form.answer)),
        ),
    )
    return objection


def _take(session: Session, ids: Sequence[str]) -> list[Identification]:
    """The sheet's files in its order, locked one after the other in one order."""
    if len(set(ids)) < len(ids):
        raise Refused("同一户在一张公示上只能写一次。", field="files")
    taken = {id: files_commands.take(session, id) for id in sorted(ids)}
    return [taken[id] for id in ids]


def _lock(session: Session, id: str) -> Notice:
    stored = session.get(Notice, id, with_for_update=True, populate_existing=True)
    if stored is None:
        raise NotFound(queries.NONE)
    return stored


def _demand_hanging(notice: Notice) -> None:
    if notice.taken_down_on:
        raise Conflict("这份公示已经撤下。")
    if notice.closed_on:
        raise Conflict("这份公示已经结束。")


def _new_notice(
    session: Session,
    form: Hanging,
    round: NoticeRound,
    files: Sequence[Identification],
    actor: Actor,
    on: date,
) -> Notice:
    if form.posted_on > on:
        raise Refused("张贴日期不能晚于今天。", field="posted_on")
    printed = queries.sheet(session, files, form.posted_on)
    days = printed.days
    return Notice(
        round=round,
        village=files[0].village if round is NoticeRound.VILLAGE else None,
        township=files[0].township,
        posted_on=form.posted_on,
        place=form.place,
        posted_by=form.posted_by,
        seen_by=form.seen_by,
        first=days.first,
        last=days.last,
        closes_from=days.closes_from,
        words=days.words,
        columns=printed.columns,
        entered_on=on,
        entered_by=actor.label,
        entered_account=actor.account,
        origin=origin(session),
    )


def _hang(session: Session, notice: Notice, files: Sequence[Identification]) -> None:
    """Keep the sheet with each line as it hangs."""
    session.add(notice)
    session.flush()
    rows = queries.sheet(session, files, notice.posted_on).rows
    session.add_all(
        NoticedHousehold(notice=notice.id, file=file.id, cells=cells)
        for file, cells in zip(files, rows, strict=True)
    )
    session.flush()


def _days(notice: Notice) -> NoticeDays:
    return queries.hung(notice, ()).days


def _hung_words(notice: Notice) -> str:
    days = _days(notice)
    return f"在{notice.place}张贴，公示{days.words}，{days.closes_from.month}月{days.closes_from.day}日起可以结束"


def _files(session: Session, notice: Notice) -> list[str]:
    return [line.file for line in queries.lines_of(session, notice)]


def _demand_objection(session: Session, notice: Notice, form: ObjectionForm, on: date) -> None:
    if notice.taken_down_on:
        raise Conflict("这份公示已经撤下，请在新的公示上登记。")
    if form.file and form.file not in _files(session, notice):
        raise Refused("这一户不在这份公示上，请重新选。", field="file")
    if not notice.posted_on <= form.received_on <= on:
        raise Refused("收到日期不能早于张贴日期，也不能晚于今天。", field="received_on")


def _answer_due(session: Session, form: ObjectionForm) -> date | None:
    """By the household's pack; of another household's by that of the day. None: it sets no limit."""
    file = session.get(Identification, form.file) if form.file else None
    held = pack_of(session, file.pack) if file else pack(session, form.received_on)
    limit = held.identify.objection_limit
    return held.due(form.received_on, limit, service.calendar(session)) if limit else None


def _note(session: Session, objection: Objection, text: str, actor: Actor, on: date) -> None:
    """Onto the household's file, where it is about one; nothing moves."""
    if objection.file:
        file = files_commands.take(session, objection.file)
        paper = f"/casework/notices/{objection.notice}"
        files_commands.note(session, file, actor=actor, on=on, text=text, paper=paper)


def _tell_received(session: Session, objection: Objection) -> None:
    words = ObjectionWords(text=objection.text, name=objection.name, phone=objection.phone)
    emit(
        session,
        ObjectionReceived(
            objection=objection.id,
            notice=objection.notice,
            identification=objection.file,
            village=objection.village,
            township=objection.township,
            channel=objection.channel,
            anonymous=objection.anonymous,
            on=objection.received_on,
            due=objection.due,
            sealed=seal(session, words),
        ),
    )


def _tell(session: Session, notice: Notice, files: Sequence[Identification]) -> None:
    emit(
        session,
        NoticePosted(
            notice=notice.id,
            round=notice.round,
            village=notice.village,
            township=notice.township,
            on=notice.posted_on,
            closes_from=notice.closes_from,
            replaces=notice.replaces,
            identifications=tuple(file.id for file in files),
        ),
    )
