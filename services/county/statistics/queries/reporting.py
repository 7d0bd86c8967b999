"""Figures of who reported a month (N-03…N-12)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlmodel import Session, col, select

from schemas.codes import Content, Tier, Timeliness
from services.county.directory.queries import names, township_or_self
from services.county.figures import Reported, Single, TierFigures, Tiers, Township, Unit
from services.county.reporters.models import ReporterKind, ReporterMonth, VisitsMonth
from services.county.statistics.queries import cases, visits
from services.county.statistics.rules import (
    CAME,
    came_by,
    content_of_township,
    is_exempt,
    rate,
    timeliness_as_of,
)

DIVISIONS = (ReporterKind.GROUP, ReporterKind.VILLAGE, ReporterKind.TOWNSHIP)
Villages = Mapping[str, Sequence[ReporterMonth]]  # township -> rows of its villages
NONE: Villages = {}
OFFICE_STATES = {
    Timeliness.WAITING: "未到期",
    Timeliness.ON_TIME: "按时完成",
    Timeliness.LATE: "逾期完成",
    Timeliness.MISSING: "逾期未完成",
}
TIER_LABELS = {kind: kind.label for kind in ReporterKind if kind is not ReporterKind.OFFICE}


def reported(
    rows: Iterable[ReporterMonth], as_of: date, decimals: int = 2, villages: Villages = NONE
) -> Reported:
    """应报, 免报, 按时, 迟报, 未报, 未到期, 零报告 and 按时率 of one kind of reporter.

    Basis: those expected when the month opened, frozen; who was not expected counts nowhere. Expected
    is on time + late + missing + waiting + exempt. Numerator: on time. Denominator: those that came or
    are due, on time + late + missing: before anything is due there is no rate. Nil and findings: of
    those that came. Cut-off: the end of `as_of`.
    """
    expected = [row for row in rows if row.expected]
    owed = [row for row in expected if not exempt_at(row, as_of)]
    states = [timeliness_of(row, as_of) for row in owed]
    came = [row for row, state in zip(owed, states, strict=True) if state in CAME]
    return Reported(
        expected=len(expected),
        exempt=len(expected) - len(owed),
        on_time=states.count(Timeliness.ON_TIME),
        late=states.count(Timeliness.LATE),
        missing=states.count(Timeliness.MISSING),
        waiting=states.count(Timeliness.WAITING),
        nil=sum(content_of(row, villages, as_of) is Content.NIL for row in came),
        findings=sum(row.at(as_of).findings for row in came),
        on_time_rate=rate(
            states.count(Timeliness.ON_TIME),
            len(states) - states.count(Timeliness.WAITING),
            decimals,
        ),
    )


def timeliness_of(row: ReporterMonth, as_of: date) -> Timeliness:
    """A reporter's state at the end of the day."""
    stood = row.at(as_of)
    return timeliness_as_of(stood.timeliness, stood.reported_on, row.due, as_of)


def exempt_at(row: ReporterMonth, as_of: date) -> bool:
    """Whether a reporter was exempt at the end of the day."""
    stood = row.at(as_of)
    return is_exempt(stood.exempt_reason, stood.exempt_on, as_of)


def single(row: ReporterMonth, name: str, as_of: date, villages: Villages = NONE) -> Single:
    """One reporter's month at the end of the day."""
    state, stood = timeliness_of(row, as_of), row.at(as_of)
    came, exempt = state in CAME, exempt_at(row, as_of)
    return Single(
        code=row.code,
        name=name,
        due=row.due,
        reported_on=came_by(stood.reported_on, as_of),
        timeliness=state,
        label="免报" if exempt else state_label(row.kind, state),
        exempt=stood.exempt_reason if exempt else None,
        content=content_of(row, villages, as_of) if came else None,
        content_label=_content_words(row, villages, as_of) if came else "",
        findings=stood.findings if came else 0,
        supplements=stood.supplements if came else 0,
        origin=row.origin,
        entered=row.entered_reason if came else None,
    )


def state_label(kind: ReporterKind, state: Timeliness) -> str:
    """As it is printed everywhere: the office reports nothing, it gets its own things done."""
    return OFFICE_STATES[state] if kind is ReporterKind.OFFICE else state.label


def content_of(row: ReporterMonth, villages: Villages, as_of: date) -> Content | None:
    """What a reporter declared; a township what its villages had by the end of the day."""
    if row.kind is ReporterKind.TOWNSHIP:
        return townships_content(villages.get(row.code, ()), as_of)
    return row.at(as_of).content


def _content_words(row: ReporterMonth, villages: Villages, as_of: date) -> str:
    """Of a township without a declaration, how many of its villages are silent (F-02)."""
    content = content_of(row, villages, as_of)
    if content or row.kind is not ReporterKind.TOWNSHIP:
        return content.label if content else ""
    count = reported(villages.get(row.code, ()), as_of)
    owed = count.expected - count.exempt
    return f"{owed}个村中{count.missing + count.waiting}个村没有报"


def townships_content(villages: Iterable[ReporterMonth], as_of: date) -> Content | None:
    """A signed township's content, from the rows of its villages (F-02). Basis: those expected when
    the month opened, without the exempt.
    """
    owed = [row for row in villages if row.expected and not exempt_at(row, as_of)]
    return content_of_township(
        row.at(as_of).content if timeliness_of(row, as_of) in CAME else None for row in owed
    )


def by_township(rows: Iterable[ReporterMonth]) -> Villages:
    """The villages among these rows, by their township."""
    villages: dict[str, list[ReporterMonth]] = {}
    for row in rows:
        if row.kind is ReporterKind.VILLAGE:
            villages.setdefault(township_of(row), []).append(row)
    return villages


def tiers(session: Session, month: str, as_of: date, decimals: int = 2) -> Tiers:
    """Section 2 of the bulletin and the agenda's report of the three tiers: `reported` by kind, by
    township, and each unit and team by itself; in the order of the codes, ranked by nothing.
    """
    statement = select(ReporterMonth).where(ReporterMonth.month == month)
    rows = list(session.exec(statement.order_by(col(ReporterMonth.code))))
    called = names(
        session, {township_of(row) for row in rows} | {row.code.split("/")[0] for row in rows}
    )
    by_kind = {
        kind: [row for row in rows if row.kind is kind and row.expected] for kind in ReporterKind
    }
    villages = by_township(rows)
    return Tiers(
        as_of=as_of,
        summary=[
            TierFigures(
                kind=kind, label=label, **dict(reported(by_kind[kind], as_of, decimals, villages))
            )
            for kind, label in TIER_LABELS.items()
        ],
        townships=_townships(by_kind, called, as_of, decimals),
        units=_units(session, by_kind[ReporterKind.UNIT], called, as_of, decimals),
        teams=[single(row, called[row.code], as_of) for row in by_kind[ReporterKind.TEAM]],
        visits=visits.all_contacted(session, month, as_of, decimals),
        unexpected=sum(_came_unexpected(row, as_of) for row in rows),
        sources=[cases.findings(session, month, tier, as_of) for tier in Tier],
        cases=cases.cases(session, month, as_of),
        candidates=cases.candidates(session, month, as_of),
    )


def _came_unexpected(row: ReporterMonth, as_of: date) -> bool:
    """It had reported by the end of the day although nobody expected it."""
    return not row.expected and came_by(row.at(as_of).reported_on, as_of) is not None


def township_of(row: ReporterMonth) -> str:
    """The township in which a division lies; anybody else's own code."""
    return township_or_self(row.code.partition("/")[0]) if row.kind in DIVISIONS else row.code


def _townships(
    by_kind: dict[ReporterKind, list[ReporterMonth]],
    called: dict[str, str],
    as_of: date,
    decimals: int,
) -> list[Township]:
    codes = sorted({township_of(row) for kind in DIVISIONS for row in by_kind[kind]})
    own = {row.code: row for row in by_kind[ReporterKind.TOWNSHIP]}

    villages = by_township(by_kind[ReporterKind.VILLAGE])

    def within(code: str, kind: ReporterKind) -> list[ReporterMonth]:
        return [row for row in by_kind[kind] if township_of(row) == code]

    return [
        Township(
            code=code,
            name=called[code],
            groups=reported(within(code, ReporterKind.GROUP), as_of, decimals),
            villages=reported(within(code, ReporterKind.VILLAGE), as_of, decimals),
            own=single(own[code], called[code], as_of, villages) if code in own else None,
            named_missing=_named_missing(own.get(code), as_of),
        )
        for code in codes
    ]


def _named_missing(own: ReporterMonth | None, as_of: date) -> int:
    """Villages that the township's signature named, once it was there."""
    signed = own is not None and timeliness_of(own, as_of) in CAME
    return own.late_villages if own and signed else 0


def _units(
    session: Session,
    rows: Sequence[ReporterMonth],
    called: dict[str, str],
    as_of: date,
    decimals: int,
) -> list[Unit]:
    months = {row.month for row in rows}
    made = {
        row.unit: row
        for row in session.exec(select(VisitsMonth).where(col(VisitsMonth.month).in_(months)))
    }
    return [
        Unit(
            **dict(single(row, called[row.code], as_of)),
            **dict(visits.contacted(filter(None, [made.get(row.code)]), as_of, decimals)),
        )
        for row in rows
    ]
