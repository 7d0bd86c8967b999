"""受理回执, and how the steps after the visit came out, as the papers of a file tell them."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from kit import directory
from kit.actor import Actor
from kit.dates import show_day
from kit.documents import Paper, letter
from kit.errors import NotFound
from kit.packs import pack_of
from kit.sentences import sentences
from rulebook.places import in_words_of
from schemas.codes import Coded, DirectoryKind, LeadChannel, NoticeRound
from services.casework.assessments import queries as assessments
from services.casework.comparisons import queries as comparisons
from services.casework.decisions import queries as decisions
from services.casework.decisions.models import Announcement
from services.casework.documents import TEMPLATES, places_of
from services.casework.identification import queries
from services.casework.identification.models import FileEntry, Identification, Lead
from services.casework.identification.procedure import CLOCKS, table_of
from services.casework.identification.rules import FileAction as A
from services.casework.identification.rules import FileClock as C
from services.casework.identification.rules import FileState as S
from services.casework.notices import queries as notices
from services.casework.notices.models import Notice
from services.casework.reviews import queries as reviews


def receipt(session: Session, actor: Actor, lead_id: str) -> Paper:
    """受理回执: what a household that reported itself takes home."""
    lead = session.get(Lead, lead_id)
    if lead is None or lead.channel is not LeadChannel.SELF_REPORT:
        raise NotFound("没有这次自主申报，请核对。")
    file = queries.see(session, actor, lead.file)
    line = queries.lines(session, [file], lead.entered_on)[0]
    pack = pack_of(session, file.pack)
    values = {
        "number": file.number,
        "head_name": line.head_name,
        "place": line.village,
        "lead": lead,
        "joined": lead.on > file.lead_at,
        "visit_due": file.verify_due,
        "total_due": file.total_due,
        "township": directory.name(session, DirectoryKind.TOWNSHIP, file.township),
        "days": pack.identify.total_limit,
    }
    name = f"受理回执{file.number}"
    return letter(TEMPLATES / "receipt.docx", name, values, places=places_of(session, file))


@dataclass(frozen=True)
class Step:
    """One step of the way: what came of it, who signs or seals it, on which day. Empty where it is
    still to come.
    """

    name: str
    words: str = ""
    signed: str = ""
    on: date | None = None


def course(session: Session, file: Identification, today: date) -> list[Step]:
    """The steps after the visit, in the order of the file's own procedure, and no other."""
    told = {
        S.ASSESS: _assessed,
        S.REVISIT: _revisited,
        S.NOTICE: _noticed,
        S.NOTICE_TOWNSHIP: _noticed_by_township,
        S.REVIEW: _reviewed,
        S.DECIDE: _decided,
        S.ANNOUNCE: _announced,
        S.REGISTER: _registered,
    }
    steps: list[Step] = []
    for state in table_of(session, file).states:
        if state is S.DECIDE:
            steps.append(_compared(session, file, today))
        if state in told:
            steps.append(told[S(state)](session, file))
    return steps


def _assessed(session: Session, file: Identification) -> Step:
    name, signed = C.ASSESS.label, "主持人（签字）"
    meetings, votes = assessments.of_file(session, file.id), assessments.assessed(session, file.id)
    if not meetings or votes is None:
        return Step(name, signed=signed)
    meeting = meetings[-1]
    relatives = f"{'、'.join(votes.relatives)}回避" if votes.relatives else ""
    words = sentences(say(session, file, meeting.body), votes.sentence, relatives, votes.note)
    return Step(name, words, signed, meeting.held_on)


def _revisited(session: Session, file: Identification) -> Step:
    entry = _last(session, file, S.REVISIT)
    words = entry.text if entry else ""
    return Step(C.REVISIT.label, words, "复核人（签字）", entry.on if entry else None)


def _noticed(session: Session, file: Identification) -> Step:
    return _hung(session, file, C.NOTICE, NoticeRound.VILLAGE, "村（盖章）")


def _noticed_by_township(session: Session, file: Identification) -> Step:
    return _hung(session, file, C.NOTICE_TOWNSHIP, NoticeRound.TOWNSHIP, "乡镇（盖章）")


def _hung(session: Session, file: Identification, name: C, round: NoticeRound, signed: str) -> Step:
    hung = [
        notice
        for notice in notices.of_file(session, file.id)
        if notice.round is round and notice.taken_down_on is None
    ]
    if not hung:
        return Step(name.label, signed=signed)
    return Step(name.label, _notice_words(session, file, hung[-1]), signed, hung[-1].closed_on)


def _notice_words(session: Session, file: Identification, notice: Notice) -> str:
    days = f"{show_day(notice.posted_on)}在{notice.place}张贴，公示期{notice.words}"
    about = [one for one in notices.objections_to(session, notice.id) if one.file == file.id]
    upheld = sum(bool(one.upheld) for one in about)
    said = f"收到异议{len(about)}件，查实{upheld}件" if about else "没有收到异议"
    over = f"{show_day(notice.closed_on)}结束，{said}" if notice.closed_on else ""
    return sentences(days, over)


def _reviewed(session: Session, file: Identification) -> Step:
    name, signed = C.REVIEW.label, "乡镇（盖章）"
    review = reviews.latest(session, [file.id]).get(file.id)
    if review is None:
        return Step(name, signed=signed)
    meeting = f"经{show_day(review.meeting_on)}党委会研究，" if review.meeting_on else ""
    said = "同意上报" if review.agreed else f"不同意：{review.reason}"
    return Step(name, sentences(f"{meeting}{said}"), signed, review.on)


def _compared(session: Session, file: Identification, today: date) -> Step:
    decided = decisions.of_file(session, file.id)
    standing = comparisons.standings(session, [file.id], today)[file.id]
    words = (decided[-1].compared if decided else standing.said) if standing.asked else ""
    return Step("数据比对", sentences(words or ""))


def _decided(session: Session, file: Identification) -> Step:
    name, signed = C.DECIDE.label, "县级（盖章）"
    decided = decisions.of_file(session, file.id)
    if not decided:
        return Step(name, signed=signed)
    last = decided[-1]
    causes = "、".join(cause.label for cause in last.causes)
    admitted = f"类别：{last.category.label}，原因：{causes}" if last.category else ""
    reason = last.reason.label if last.reason else ""
    why = "：".join(filter(None, (reason, last.words)))
    title = decisions.title_of(session, last)
    return Step(
        name, sentences(title, say(session, file, last.verdict), admitted, why), signed, last.on
    )


def _announced(session: Session, file: Identification) -> Step:
    decision = decisions.admitted(session, file.id)
    if decision is None or decision.announcement is None:
        return Step(C.ANNOUNCE.label)
    posted = session.get_one(Announcement, decision.announcement)
    words = f"{show_day(posted.on)}在{posted.posted_at}公告"
    return Step(C.ANNOUNCE.label, sentences(words), "", posted.on)


def _registered(session: Session, file: Identification) -> Step:
    entry = _last(session, file, S.REGISTER)
    words = sentences(entry.text or "已录入") if entry else ""
    return Step(A.REGISTER.label, words, "录入人（签字）", entry.on if entry else None)


def say(session: Session, file: Identification, code: Coded) -> str:
    """The code's label, with the levels as the file's pack calls them."""
    return in_words_of(places_of(session, file), code.label)


def _last(session: Session, file: Identification, state: S) -> FileEntry | None:
    """How the file last left this step."""
    left = [
        entry
        for entry in queries.history(session, file.id)
        if entry.from_state is state and entry.moves
    ]
    return left[-1] if left else None


def passed(session: Session, files: Collection[str]) -> list[str]:
    """入户核实, 民主评议, 公示, 乡镇审核, 数据比对: what all of these households went through before the
    county decided.
    """
    ways = [_way(session, file) for file in files]
    return [name for name in ways[0] if all(name in way for way in ways)] if ways else []


def _way(session: Session, file: str) -> Sequence[str]:
    return list(dict.fromkeys(_steps_of(session, file)))


def _steps_of(session: Session, file: str) -> Iterator[str]:
    told = (S.VERIFY, S.REVISIT, S.ASSESS, S.NOTICE, S.NOTICE_TOWNSHIP, S.REVIEW)
    left = {entry.from_state for entry in queries.history(session, file) if entry.moves}
    yield from (CLOCKS[state][0].label for state in told if state in left)
    if comparisons.standings(session, [file], date.min)[file].asked:
        yield "数据比对"
