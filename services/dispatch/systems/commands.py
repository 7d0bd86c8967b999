"""A department's own system says something: it is taken or refused, and always answered. Nobody here
commits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from joserfc.errors import JoseError
from prometheus_client import Counter
from sqlmodel import Session

from kit import directory
from kit.actor import Actor
from kit.dates import show_day
from kit.errors import Conflict, Forbidden, NotFound, Refused
from kit.messaging.inbox import caused_by
from kit.messaging.outbox import emit
from kit.seal import unseal_with
from rulebook.months import local_date
from schemas.codes import DirectoryKind, OrderChange, ReplyRefusal, ReplyTaken, Role
from schemas.department import (
    TRIAL,
    ComparisonAnsweredByDepartment,
    DepartmentReply,
    OrderAcceptedByDepartment,
    OrderProgressedByDepartment,
    OrderReportedByDepartment,
    OrderReturnedByDepartment,
    OrdersRequested,
)
from schemas.dispatch import DepartmentReplyAccepted, DepartmentReplyRefused, ReplyAnswered
from schemas.values import ReasonWords
from services.dispatch import service
from services.dispatch.comparisons import commands as comparisons_commands
from services.dispatch.comparisons import queries as comparisons_queries
from services.dispatch.departments.rules import is_department_code
from services.dispatch.orders.commands import record, tell_issued, tell_state
from services.dispatch.orders.models import Order
from services.dispatch.orders.rules import Action
from services.dispatch.replies import commands as replies_commands
from services.dispatch.replies.forms import LONG, ReplyDraft
from services.dispatch.replies.policy import policy
from services.dispatch.systems import queries, rules
from services.dispatch.systems.models import Answer
from services.dispatch.systems.rules import AGAIN, MOST, REQUEST_EVERY, Letter, Says, Wrong

POSTPONED = "县里的系统暂时没能处理这条回复，已经留存，收到时间不变；处理后另行答复，不用重发。"
FAILED = "县里的系统没能处理这条回复，请过些时候换一个编号重发；仍然不行，请联系县级牵头部门。"
CODES = (
    (NotFound, ReplyRefusal.UNKNOWN_ORDER),
    (Forbidden, ReplyRefusal.NOT_YOURS),
    (Conflict, ReplyRefusal.WRONG_STATE),
)
NOT_KEPT = Counter(
    "backstop_refusals_not_kept",
    f"replies refused beyond the {MOST} contents that are kept of one id",
    ["department"],
)


@dataclass
class Answers:
    """What is known of one reply's id: `these`, by contents, of the contents that came now; how many
    are `kept` in all, counted up to `MOST`; whether something was `taken`.
    """

    these: dict[str, Answer]
    kept: int
    taken: bool

    def to(self, letter: Letter) -> Answer | None:
        return self.these.get(letter.contents) or self.these.get("")


def take_letters(session: Session, letters: Sequence[Letter]) -> None:
    """Each is answered once, whatever it says; a twin changes nothing (BH-02)."""
    told: list[ReplyAnswered | None] = []
    for department, theirs in groupby(letters, key=lambda letter: letter.department):
        batch = list(theirs)
        known = _known(session, department, batch)
        told += [_take_letter(session, letter, known[letter.reply]) for letter in batch]
    emit(session, *filter(None, told))


def _known(session: Session, department: str, letters: Sequence[Letter]) -> dict[str, Answers]:
    """By reply id; as much work for an id of which much was refused as for a new one."""
    ids = {letter.reply for letter in letters}
    kept, taken = queries.kept(session, department, ids, MOST), set[str]()
    if kept:
        taken = queries.taken(session, department, kept)
    known = {reply: Answers({}, kept.get(reply, 0), reply in taken) for reply in ids}
    pairs = {(letter.reply, letter.contents) for letter in letters if letter.reply in kept}
    for answer in queries.answers(session, department, pairs) if pairs else ():
        known[answer.reply].these[answer.contents] = answer
    return known


def postpone(session: Session, letter: Letter, *, kept: bool) -> None:
    """We could not handle it. When it is kept, it is with its receipt, and answered again; its twin
    changes nothing.
    """
    answers = _known(session, letter.department, [letter])[letter.reply]
    if letter.contents in answers.these:
        return
    code = ReplyRefusal.POSTPONED if kept else ReplyRefusal.FAILED
    wrong = Wrong(code, POSTPONED if kept else FAILED)
    emit(session, _refuse(session, letter, wrong, answers))


def _take_letter(session: Session, letter: Letter, answers: Answers) -> ReplyAnswered | None:
    before = answers.to(letter)
    if before and before.code != ReplyRefusal.POSTPONED:
        return None
    try:
        if letter.wrong or letter.says is None:
            raise letter.wrong or Wrong(ReplyRefusal.INVALID, AGAIN)
        if answers.taken:
            sentence = "这个编号的回复已经受理，内容不同的回复请换一个编号重发。"
            raise Wrong(ReplyRefusal.ID_USED, sentence)
        if not before and answers.kept >= MOST:
            sentence = f"这个编号已经用在{MOST}条内容不同的回复上，请换一个编号重发。"
            raise Wrong(ReplyRefusal.ID_USED, sentence)
        return _take(session, letter, letter.says, answers)
    except Wrong as wrong:
        return _refuse(session, letter, wrong, answers)


def _take(session: Session, letter: Letter, says: Says, answers: Answers) -> ReplyAnswered:
    on, count = local_date(letter.at), None
    if isinstance(says, OrdersRequested):
        count = _restate(session, letter, on)
        code, sentence = ReplyTaken.TAKEN, f"已重新告知全部在办的交办单，共{count}张。"
    elif isinstance(says, ComparisonAnsweredByDepartment):
        code = _compare(session, says, on)
        sentence = f"{code.label}，收到日期{show_day(on)}。"
    else:
        code = _carry_out(session, letter, says, on)
        sentence = f"{code.label}，收到日期{show_day(on)}。"
    _keep(session, letter, code, answers)
    return DepartmentReplyAccepted(
        department=letter.department,
        order=letter.order,
        reply=letter.type,
        reply_id=letter.reply_id,
        code=code,
        sentence=sentence,
        orders=count,
        on=on,
    )


def _refuse(session: Session, letter: Letter, wrong: Wrong, answers: Answers) -> ReplyAnswered:
    _keep(session, letter, wrong.code, answers)
    return DepartmentReplyRefused(
        department=letter.department,
        order=letter.order,
        reply=letter.type,
        reply_id=letter.reply_id,
        code=wrong.code,
        reason=wrong.sentence,
        on=local_date(letter.at),
    )


def _keep(
    session: Session, letter: Letter, code: ReplyTaken | ReplyRefusal, answers: Answers
) -> None:
    """What it was answered; where it was laid aside before, in the place of that. Of one id no more
    than `MOST` contents have a row, the others are counted.
    """
    answer = answers.these.get(letter.contents)
    if answer is None and answers.kept >= MOST:
        NOT_KEPT.labels(letter.department).inc()
        return
    if answer is None:
        answers.kept += 1
        answer = answers.these[letter.contents] = Answer(
            department=letter.department,
            reply=letter.reply,
            contents=letter.contents,
            type=letter.type,
            code="",
            taken=False,
            received_at=letter.at,
        )
    answer.code, answer.taken = code.value, isinstance(code, ReplyTaken)
    answers.taken |= answer.taken
    session.add(answer)


def _compare(session: Session, says: ComparisonAnsweredByDepartment, on: date) -> ReplyTaken:
    """What the department's data say of a household; `Wrong` of what it was not asked."""
    row = comparisons_queries.asked(session, says.comparison, says.department)
    if row is None:
        raise Wrong(
            ReplyRefusal.UNKNOWN_COMPARISON,
            f"没有向贵单位发出这次数据比对，请核对comparison。{AGAIN}",
        )
    words = _words(session, says).strip() if says.doubt else ""
    if says.doubt and not words:
        raise Wrong(ReplyRefusal.INCOMPLETE, f"有疑点的，请写明是什么疑点。{AGAIN}")
    comparisons_commands.answer(session, row, doubt=words or None, on=on)
    late = row.due is not None and on > row.due
    return ReplyTaken.LATE if late else ReplyTaken.TAKEN


def _carry_out(session: Session, letter: Letter, says: DepartmentReply, on: date) -> ReplyTaken:
    """What the department says of its order, as if its officer did it; `Wrong` when that cannot be,
    which its own order's history keeps.
    """
    if says.order.startswith(TRIAL):
        _words(session, says)
        return rules.practised(says.order)
    order, officer = _theirs(session, says.order, letter.department)
    words, for_meeting = _words(session, says), order.for_meeting
    source = rules.source(service.county(session), letter.department)
    try:
        with caused_by(session, source, letter.reply), session.begin_nested():
            _apply(session, says, words, officer, on)
    except Refused as refusal:
        session.refresh(order)
        _note(session, order, officer, on, str(refusal))
        code = next((code for kind, code in CODES if isinstance(refusal, kind)), None)
        raise Wrong(code or ReplyRefusal.INCOMPLETE, str(refusal)) from refusal
    if order.for_meeting and not for_meeting:
        return ReplyTaken.FOR_MEETING
    last = queries.last_entry(session, order)
    return ReplyTaken.LATE if last and last.late else ReplyTaken.TAKEN


def _theirs(session: Session, order_id: str, department: str) -> tuple[Order, Actor]:
    """The order, if it is the department's to answer, and who acts for it. Of another's order nothing
    is said and nothing written down (BH-09).
    """
    name = directory.name(session, DirectoryKind.DEPARTMENT, department)
    officer = Actor(
        f"department/{department}", f"{name}业务系统", Role.DEPARTMENT_CLERK, department
    )
    order = session.get(Order, order_id)
    if order and policy.may(officer, "accept_order", order):
        return order, officer
    if order and queries.was_with(session, order, department):
        raise Wrong(ReplyRefusal.NOT_YOURS, "这张交办单现在不由贵单位主办，不用答复。")
    raise Wrong(ReplyRefusal.UNKNOWN_ORDER, f"没有这张交办单，请核对order。{AGAIN}")


def _note(session: Session, order: Order, officer: Actor, on: date, text: str) -> None:
    """In the history, once: the same refusal again says nothing new."""
    last = queries.last_entry(session, order)
    if not last or (last.action, last.text) != (Action.REFUSE_REPLY, text):
        record(session, order, Action.REFUSE_REPLY, actor=officer, on=on, text=text)


def _words(session: Session, says: DepartmentReply | ComparisonAnsweredByDepartment) -> str:
    """In clear, or sealed with one of the department's own keys."""
    sealed = getattr(says, "sealed", None)
    if sealed is None:
        return getattr(says, "explanation", getattr(says, "reason", "")) or ""
    try:
        kept = unseal_with(
            lambda kid: queries.key(session, says.department, kid), sealed, ReasonWords
        )
    except (JoseError, NotFound, LookupError, ValueError) as error:
        sentence = f"sealed打不开，要用贵单位的密钥密封成紧凑JWE，内容是reason。{AGAIN}"
        raise Wrong(ReplyRefusal.NOT_OPENED, sentence) from error
    if not kept.reason.strip() or len(kept.reason) > LONG or "\0" in kept.reason:
        raise Wrong(ReplyRefusal.INVALID, f"密封的reason没有填，或者超过{LONG}字。{AGAIN}")
    return kept.reason


def _apply(session: Session, says: DepartmentReply, words: str, officer: Actor, on: date) -> None:
    doing: dict[str, Any] = {"actor": officer, "on": on}
    match says:
        case OrderAcceptedByDepartment():
            replies_commands.accept_order(session, says.order, handler=says.handler, **doing)
        case OrderReturnedByDepartment():
            if says.proposed and not is_department_code(says.proposed):
                raise Wrong(ReplyRefusal.INVALID, f"proposed要写部门代码。{AGAIN}")
            replies_commands.return_order(
                session,
                says.order,
                reason=words,
                proposed=says.proposed,
                handler=says.handler,
                **doing,
            )
        case OrderReportedByDepartment():
            draft = ReplyDraft(
                result=says.result,
                explanation=words,
                expected_on=says.expected_on,
                amount=says.amount,
                handler=says.handler,
                head_signed=says.head_signed,
                own_system_updated=says.own_system_updated,
            )
            replies_commands.report_order(session, says.order, draft, **doing)
        case OrderProgressedByDepartment():
            replies_commands.report_progress(
                session, says.order, text=words, handler=says.handler, **doing
            )


def _restate(session: Session, letter: Letter, on: date) -> int:
    """Every open order anew, sealed with the key in force, and how it stands; returns how many."""
    last = queries.last_taken(session, letter.department, letter.type)
    if last and letter.at < last + REQUEST_EVERY:
        raise Wrong(ReplyRefusal.TOO_OFTEN, "一分钟最多请求一次，请过一分钟换一个编号再请求。")
    orders = queries.open_orders(session, letter.department)
    for order in orders:
        tell_issued(session, order, [letter.department])
        tell_state(session, order, OrderChange.RESTATE, on=on, to=[letter.department])
    for comparison in comparisons_queries.open_comparisons(session, letter.department):
        comparisons_commands.tell_asked(session, comparison)
    return len(orders)
