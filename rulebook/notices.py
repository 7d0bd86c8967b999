"""Public notices (公示): the days they hang, and what may stand on them (GT-11, GT-20)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from rulebook.calendar import WorkingCalendar
from rulebook.ids import InvalidId, check_id_number
from rulebook.packs import Pack
from rulebook.phones import first_phone
from schemas.codes import RiskCause, Stratum

ONE = timedelta(1)


@dataclass(frozen=True)
class NoticeDays:
    """The days of one round: `first` to `last` count, and it may be closed from `closes_from` on. A
    minimum never moves for days off: it would only be shorter elsewhere.
    """

    posted: date
    first: date
    last: date
    closes_from: date
    words: str  # 5天, 5个工作日

    def refusal(self, on: date) -> str | None:
        """Why the notice cannot be closed on this day; None when it can."""
        if on >= self.closes_from:
            return None
        return (
            f"公示要满{self.words}：从{_day(self.first)}到{_day(self.last)}，"
            f"最早{_day(self.closes_from)}结束公示。"
        )


def notice_days(pack: Pack, posted: date, calendar: WorkingCalendar) -> NoticeDays:
    """Of a notice of identification posted on this day, which itself counts only if the pack says so
    (B-06): posted on D, five days are D+1 … D+5, closed from D+6.
    """
    return _notice_days(pack, posted, calendar, pack.identify.notice_min_days)


def elimination_notice_days(pack: Pack, posted: date, calendar: WorkingCalendar) -> NoticeDays:
    """Of a notice that a household's risk is gone (E-05): its own minimum, counted the same way."""
    return _notice_days(pack, posted, calendar, pack.exit.notice_min_days)


def _notice_days(pack: Pack, posted: date, calendar: WorkingCalendar, days: int) -> NoticeDays:
    identify = pack.identify
    counted, working = identify.notice_count_posting_day, identify.notice_day_kind == "WORKING"
    words = f"{days}个工作日" if working else f"{days}天"
    if days == 0:
        return NoticeDays(posted, posted, posted, posted, words)
    before = posted - ONE if counted else posted
    if working:
        first, last = calendar.add(before, 1), calendar.add(before, days)
    else:
        first, last = before + ONE, before + timedelta(days)
    return NoticeDays(posted, first, last, last + ONE, words)


@dataclass(frozen=True)
class NoticeEntry:
    """A household as a notice may know it: there is no room for anything else (B-40)."""

    head_name: str
    village: str
    group: str
    size: int | None
    category: Stratum | None


LABELS = {
    "head_name": "户主姓名",
    "village": "所在村",
    "group": "村民小组",
    "size": "家庭人口",
    "category": "监测对象类别",
}


def notice_columns(pack: Pack) -> dict[str, str]:
    """Field and heading, in the pack's order; whatever a pack says, no field beyond `NoticeEntry`."""
    return {field: LABELS[field] for field in pack.privacy.notice_fields}


def notice_row(pack: Pack, entry: NoticeEntry) -> tuple[str, ...]:
    """The household's cells under `notice_columns`."""
    cells = {
        "head_name": entry.head_name,
        "village": entry.village,
        "group": entry.group,
        "size": f"{entry.size}人" if entry.size else "",
        "category": entry.category.label if entry.category else "",
    }
    return tuple(cells[field] for field in notice_columns(pack))


NUMBER = re.compile(r"(?<![0-9])[0-9](?:[ -]?[0-9Xx]){10,22}(?![0-9])")
BANK_CARD = range(12, 24)  # digits of an account
DISEASE = re.compile(
    r"[重大慢疾患]病|病(?=[种情人史症重])|住院|残疾|癌|肿瘤|尿毒症|透析|精神障碍|艾滋"
)


def never_on_a_notice(text: str) -> tuple[str, ...]:
    """What a text holds that no notice may show (GT-20): for what somebody writes around the rows."""
    found = {
        "身份证号码": any(map(_is_id, NUMBER.findall(text))),
        "联系电话": first_phone(text) is not None,
        "银行账号": any(_is_account(number) for number in NUMBER.findall(text)),
        "致贫返贫风险": any(cause.label in text for cause in _causes()),
        "健康状况": DISEASE.search(text) is not None,
    }
    return tuple(name for name, is_there in found.items() if is_there)


def _causes() -> Iterable[RiskCause]:
    """因病, 因学, …; 其他 tells nothing."""
    return (cause for cause in RiskCause if cause != RiskCause.OTHER)


def _plain(number: str) -> str:
    return re.sub(r"[ -]", "", number)


def _is_id(number: str) -> bool:
    try:
        check_id_number(_plain(number))
    except InvalidId:
        return False
    return True


def _is_account(number: str) -> bool:
    return len(_plain(number)) in BANK_CARD and not _is_id(number)


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"
