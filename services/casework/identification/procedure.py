"""The way of a file as its pack has it: who owes what in which state, by which limit, and what each
action leads to. A step that the pack leaves out does not exist in its table.

Whatever a vote or a township says, the household goes up: only the county decides that it is not
admitted. A step without a limit of its own is due on the last day of the whole; without a total
limit it has an owner, an age and no day. Through the green channel (I-20) the limit of what is made up
afterwards stands in the place of the total.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlmodel import Session

from kit.errors import Refused
from kit.packs import pack_of
from kit.procedure import END, Clock, Owner, Procedure, State
from rulebook import terms as rulebook_terms
from rulebook.month_plan import CYCLE_LABELS, end_of_cycle
from rulebook.packs import Pack
from schemas.codes import Coded, LeadChannel, Role
from services.casework import roles, service
from services.casework.identification.deadlines import BACKFILL_CLOCK, FILE_CLOCK
from services.casework.identification.models import Identification
from services.casework.identification.rules import VERIFIED_BY
from services.casework.identification.rules import FileAction as A
from services.casework.identification.rules import FileClock as C
from services.casework.identification.rules import FileState as S

OFFICE = Owner("县级牵头部门", roles.OFFICE)
GROUP = Owner("领导小组", (Role.LEADING_GROUP,))
TOWNSHIP = Owner(
    "乡镇", roles.TOWNSHIP, "township", above=OFFICE, then="这个乡镇已撤并，请确定由谁接着办"
)
VILLAGE = Owner("村", roles.VILLAGE, "village", above=OFFICE, then="这个村已撤并，请确定由谁接着办")

VERIFY_LIMIT, TOTAL_LIMIT = "identify.verify_limit", "identify.total_limit"
BACKFILL_LIMIT = "green_channel.backfill_limit"
WHOLE_LIMITS = (TOTAL_LIMIT, BACKFILL_LIMIT)  # of all steps together
ASSESS_LIMIT, REVIEW_LIMIT = "identify.assessment_limit", "identify.township_review_limit"
RECHECK_LIMIT, REVISIT_LIMIT = "identify.recheck_limit", "identify.revisit_limit"
DECISION_CYCLE = "identify.decision_cycle"

ROUNDS = {"VILLAGE": (S.POST, S.NOTICE), "TOWNSHIP": (S.POST_TOWNSHIP, S.NOTICE_TOWNSHIP)}
DECIDERS = {"LEAD_OFFICE": OFFICE, "LEADING_GROUP": GROUP}
# State → its clock, and what follows when its day has passed.
CLOCKS: dict[S, tuple[C, str]] = {
    S.CONSENT: (C.VERIFY, "逾期未核实"),
    S.VERIFY: (C.VERIFY, "逾期未核实"),
    S.ASSESS: (C.ASSESS, "逾期未评议"),
    S.REVISIT: (C.REVISIT, "逾期未复核"),
    S.POST: (C.POST, "逾期未公示"),
    S.NOTICE: (C.NOTICE, "公示逾期未结束"),
    S.POST_TOWNSHIP: (C.POST_TOWNSHIP, "逾期未公示"),
    S.NOTICE_TOWNSHIP: (C.NOTICE_TOWNSHIP, "公示逾期未结束"),
    S.REVIEW: (C.REVIEW, "逾期未审核"),
    S.DECIDE: (C.DECIDE, "逾期未审定"),
    S.ANNOUNCE: (C.ANNOUNCE, "逾期未公告"),
}
OWES = {
    S.CONSENT: "入户时取得承诺授权",
    S.VERIFY: "入户核实",
    S.ASSESS: "民主评议",
    S.REVISIT: "入户复核",
    S.POST: "张贴公示",
    S.NOTICE: "公示期满，登记结果",
    S.POST_TOWNSHIP: "张贴公示",
    S.NOTICE_TOWNSHIP: "公示期满，登记结果",
    S.REVIEW: "审核后上报",
    S.DECIDE: "审定",
    S.ANNOUNCE: "公告",
    S.REGISTER: "录入系统",
}
# What leads to the next step of the table; what leads elsewhere stands in `_exits`.
ONWARD: dict[S, tuple[A, ...]] = {
    S.CONSENT: (A.CONSENT,),
    S.VERIFY: (A.VERIFY,),
    S.ASSESS: (A.CARRY,),
    S.REVISIT: (A.REVISIT,),
    S.POST: (A.POST,),
    S.NOTICE: (A.CLOSE_NOTICE,),
    S.POST_TOWNSHIP: (A.POST_TOWNSHIP,),
    S.NOTICE_TOWNSHIP: (A.CLOSE_TOWNSHIP,),
    S.REVIEW: (A.APPROVE, A.NOT_APPROVE),
    S.DECIDE: (A.ADMIT,),
    S.ANNOUNCE: (A.ANNOUNCE,),
    S.REGISTER: (A.REGISTER,),
}
# What limits a step by itself, where the pack gives it.
OWN = {
    S.ASSESS: ASSESS_LIMIT,
    S.REVISIT: REVISIT_LIMIT,
    S.REVIEW: REVIEW_LIMIT,
    S.DECIDE: DECISION_CYCLE,
}
WITHOUT_COUNTY = (
    S.CONSENT,
    S.VERIFY,
    S.ASSESS,
    S.REVISIT,
)  # where a household may still give up by itself


BEFORE_DECISION = tuple(step for step in CLOCKS if step is not S.ANNOUNCE)
WHOLE_CLOCKS = (C.TOTAL, C.BACKFILL)


@dataclass(frozen=True)
class _Way:
    """What of a pack shapes the table of a channel's files."""

    track: tuple[str, ...]
    consent: bool
    rounds: tuple[str, ...]
    announced: bool
    decider: str
    registrar: Role
    own: frozenset[str]  # keys of limits of single steps, and of a cycle, that the pack has
    whole: str | None  # the key of the limit of all of them together


def procedure_of(pack: Pack, channel: LeadChannel, *, green: bool = False) -> Procedure:
    """The way that the pack has for households of this channel; `green`: their procedure is made up
    after the measures.
    """
    identify = pack.identify
    limits = {
        ASSESS_LIMIT: identify.assessment_limit,
        REVISIT_LIMIT: identify.revisit_limit,
        REVIEW_LIMIT: identify.township_review_limit,
        DECISION_CYCLE: None if identify.decision_cycle == "ANY" else identify.decision_cycle,
    }
    total = TOTAL_LIMIT if identify.total_limit else None
    return _table(
        _Way(
            track_of(pack, channel),
            identify.consent_required,
            tuple(identify.notice_rounds),
            identify.announcement_required,
            identify.county_decider,
            identify.registry_entry_role,
            frozenset(key for key, limit in limits.items() if limit is not None),
            BACKFILL_LIMIT if green else total,
        )
    )


def track_of(pack: Pack, channel: LeadChannel) -> tuple[str, ...]:
    """What comes first, up to the notice or the township's review."""
    return next(track.steps for track in pack.identify.tracks if channel.value in track.channels)


def compared_from(pack: Pack) -> A:
    """With which action the comparison of data begins (B-10): beside the notice on the day of its
    posting, or when the township has reported.
    """
    beside = pack.identify.comparison_mode == "PARALLEL_WITH_NOTICE"
    return A.POST if beside and pack.identify.notice_rounds else A.APPROVE


@cache
def _table(way: _Way) -> Procedure:
    steps = _steps(way)
    exits = _exits(steps, green=way.whole == BACKFILL_LIMIT)
    owners = _owners(way)
    clocks = _clocks(way, exits, owners)
    whole = [clock for clock in clocks.values() if clock.code in WHOLE_CLOCKS]
    states: dict[Coded, State] = {
        step: State(
            owners[step],
            OWES[step],
            (*([clocks[step]] if step in clocks else ()), *(whole if step in CLOCKS else ())),
            exits[step],
        )
        for step in steps
    }
    by = {action: owners[step] for step in steps for action in exits[step] if action is not A.LAPSE}
    if A.GREEN in by:
        by[A.GREEN] = TOWNSHIP
    ends = dict.fromkeys((S.ADMITTED, S.NOT_ADMITTED, S.GIVEN_UP, S.LAPSED), END)
    return Procedure(
        "识别档案",
        "份",
        begin=(A.OPEN, steps[0]),
        by=by,
        states=states | ends,
        deadline=FILE_CLOCK,
        left_out=frozenset(S) - states.keys() - ends.keys(),
    )


def _steps(way: _Way) -> list[S]:
    consent = [S.CONSENT] if way.consent else []
    notices = [state for name in way.rounds for state in ROUNDS[name]]
    announce = [S.ANNOUNCE] if way.announced else []
    track = [S[name] for name in way.track]
    return [*consent, *track, *notices, S.REVIEW, S.DECIDE, *announce, S.REGISTER]


def _exits(steps: list[S], *, green: bool) -> dict[S, dict[Coded, Coded]]:
    """State → action → where it leads."""
    exits: dict[S, dict[Coded, Coded]] = {}
    for step, following in zip(steps, [*steps[1:], S.ADMITTED], strict=True):
        exits[step] = dict.fromkeys(ONWARD[step], following)
        if step in WITHOUT_COUNTY:
            exits[step][A.GIVE_UP] = S.GIVEN_UP
        exits[step][A.LAPSE] = S.LAPSED
        if green and step in BEFORE_DECISION:
            exits[step][A.GREEN] = step
    exits[S.DECIDE] |= {A.NOT_ADMIT: S.NOT_ADMITTED, A.SEND_BACK: S.REVIEW}
    if S.ASSESS in exits:
        exits[S.ASSESS][A.NOT_CARRY] = S.REVIEW
        exits[S.DECIDE][A.REASSESS] = S.ASSESS
    return exits


def _owners(way: _Way) -> dict[S, Owner]:
    at_village = dict.fromkeys((S.ASSESS, S.POST, S.NOTICE), VILLAGE)
    at_township = dict.fromkeys(
        (S.CONSENT, S.VERIFY, S.REVISIT, S.POST_TOWNSHIP, S.NOTICE_TOWNSHIP, S.REVIEW), TOWNSHIP
    )
    registrar = OFFICE if way.registrar is Role.COUNTY_CLERK else TOWNSHIP
    return {
        **at_village,
        **at_township,
        S.DECIDE: DECIDERS[way.decider],
        S.ANNOUNCE: OFFICE,
        S.REGISTER: registrar,
    }


def _clocks(
    way: _Way, exits: dict[S, dict[Coded, Coded]], owners: dict[S, Owner]
) -> dict[S | C, Clock]:
    """Of each step its own, set going by whatever leads there, and that of the whole."""
    clocks: dict[S | C, Clock] = {}
    if way.whole == TOTAL_LIMIT:
        clocks[C.TOTAL] = Clock(C.TOTAL, OFFICE, {A.OPEN: TOTAL_LIMIT}, then="超过识别总时限")
    if way.whole == BACKFILL_LIMIT:
        starts: dict[Coded, str] = dict.fromkeys((A.OPEN, A.GREEN), BACKFILL_LIMIT)
        clocks[C.BACKFILL] = Clock(
            C.BACKFILL, OFFICE, starts, then="县里核实并提请会商", deadline=BACKFILL_CLOCK
        )
    made: dict[C, Clock] = {}
    for step in exits:
        if step not in CLOCKS:
            continue
        code, then = CLOCKS[step]
        starts = _starts(way, step, code, exits)
        if starts and code not in made:
            made[code] = Clock(code, owners[step], starts, then=then)
        if code in made:
            clocks[step] = made[code]
    return clocks


def _starts(way: _Way, step: S, code: C, exits: dict[S, dict[Coded, Coded]]) -> dict[Coded, str]:
    """Action → the limit of the pack by which it sets the step's clock going."""
    if code is C.VERIFY:
        return {A.OPEN: VERIFY_LIMIT}
    key = own if (own := OWN.get(step)) in way.own else way.whole
    begun = {A.OPEN} if step is next(iter(exits)) else set()
    leading = begun | {
        action
        for to in exits.values()
        for action, state in to.items()
        if state is step and action is not A.GREEN
    }
    if key is None:
        return {}
    starts: dict[Coded, str] = {action: key for action in A if action in leading}
    return starts | ({A.SEND_BACK: RECHECK_LIMIT} if step is S.REVIEW else {})


@dataclass(frozen=True)
class Terms(rulebook_terms.Terms):
    """The limits that hold for a file: the visit's by its channel; the whole runs from where the
    pack says, or from the agreement to its green channel, whichever step asks; a decision by cycle
    has a last day, and no number of days.
    """

    def limit(self, key: str, row: Any = None) -> Any:
        if key == DECISION_CYCLE:
            return None
        if key == VERIFY_LIMIT and row is not None:
            return self.pack.identify.verify_limit[VERIFIED_BY[row.channel]]
        return rulebook_terms.Terms.limit(self, key, row)

    def due(self, key: str, start: date, row: Any = None) -> date:
        if key == DECISION_CYCLE:
            return end_of_cycle(self.pack.identify.decision_cycle, start)
        if row is not None and key in WHOLE_LIMITS:
            start = self._begun(row) if key == TOTAL_LIMIT else row.green_on
        return super().due(key, start, row)

    def words(self, key: str, row: Any = None) -> str:
        if key == DECISION_CYCLE:
            return CYCLE_LABELS[self.pack.identify.decision_cycle]
        return super().words(key, row)

    def _begun(self, file: Any) -> date:
        """Where the whole runs from. A case of the network has two days: the county opened it, and
        verified it, which is its lead; any other lead has that of its receipt.
        """
        start = self.pack.identify.total_start[file.channel.value]
        by_network = file.channel is LeadChannel.NETWORK
        day: date = file.found_on if by_network and start == "RECEIVED" else file.lead_at
        return day


def terms(session: Session, file: Identification) -> Terms:
    """The limits under which the file stands now."""
    return Terms(pack_of(session, file.pack), service.calendar(session))


def table_of(session: Session, file: Identification) -> Procedure:
    """The way of this file."""
    return way_of(pack_of(session, file.pack), file)


def way_of(pack: Pack, file: Identification) -> Procedure:
    """The way that this file has under a pack."""
    return procedure_of(pack, file.channel, green=file.green_on is not None)


def require_channel(pack: Pack, file: Identification) -> None:
    """`Refused` where the pack says nothing of how such a household is visited."""
    visited = S.VERIFY in procedure_of(pack, file.channel).states
    if visited and VERIFIED_BY[file.channel] not in pack.identify.verify_limit:
        raise Refused(
            f"政策包没有规定“{file.channel.label}”的核实时限，请先补上。", field="channel"
        )
