"""Decisions. Standard library and rulebook only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pydantic import ConfigDict, Field

from rulebook.months import month_of
from rulebook.types import LONGEST, Short
from schemas.codes import Coded, RiskCause, Severity, VisitMode
from schemas.event import Value
from schemas.values import Since


class ContactState(Coded):
    """What became of one household this month: trying in vain is neither contacted nor
    neglected.
    """

    CONTACTED = "contacted", "已联系"
    UNREACHED = "unreached", "联系未果"
    NEGLECTED = "neglected", "未联系"


class VisitNote(Value):
    """What a helper notes of one visit, call or vain attempt (N-10).

    `reached` False: nobody was there, `tries` times that day. The risk's fields only with
    `at_risk`.
    """

    model_config = ConfigDict(extra="forbid")

    household: Short = Field(title="农户")
    helper: Short = Field(title="帮扶责任人")
    on: date = Field(title="走访时间")
    mode: VisitMode = Field(title="走访方式")
    reached: bool = Field(default=True, title="是否联系上")
    tries: int = Field(default=1, ge=1, le=20, title="联系次数")
    living: str | None = Field(default=None, max_length=LONGEST, title="生活情况")
    production: str | None = Field(default=None, max_length=LONGEST, title="生产情况")
    income: str | None = Field(default=None, max_length=LONGEST, title="收支情况")
    at_risk: bool = Field(default=False, title="是否有返贫风险")
    causes: tuple[RiskCause, ...] = Field(default=(), title="风险原因")
    since: Since = Field(default=Since(), title="风险发生时间")
    risk_point: str | None = Field(default=None, max_length=LONGEST, title="风险点")
    matter: str | None = Field(default=None, max_length=LONGEST, title="需解决的相关事宜")
    severity: Severity = Field(default=Severity.ORDINARY, title="轻重")

    @property
    def month(self) -> str:
        return month_of(self.on)

    @property
    def key(self) -> tuple[str, str, date, str, bool]:
        """What makes two notes the same visit. A vain try and a talk on one day are two."""
        return self.household, self.helper, self.on, self.mode, self.reached


def objections(note: VisitNote, on: date) -> list[str]:
    """Why a visit cannot be taken as it is noted; nothing when it can."""
    reasons = []
    if note.on > on:
        reasons.append("走访时间晚于今天，请核对")
    if note.at_risk and not note.reached:
        reasons.append("没有联系上，看不出有没有风险；请联系上以后再填风险")
    if note.reached and not note.at_risk and not _says_how_they_live(note):
        reasons.append("只有“没有风险”不算联系，请写明生活、生产、收支中的一项")
    if note.at_risk and not note.causes:
        reasons.append("有返贫风险的，请选风险原因")
    if not note.at_risk and (note.causes or note.risk_point or note.matter):
        reasons.append("填了风险内容，但“是否有返贫风险”是否，请核对")
    if note.since.day and note.since.day > note.on:
        reasons.append("风险发生时间晚于走访时间，请核对")
    if len(note.causes) > 5:
        reasons.append("原因最多选5个，主要原因排在最前面")
    return reasons


def _says_how_they_live(note: VisitNote) -> bool:
    """The one thing at least that a contact has to ask for (N-10); a risk says it by itself."""
    return any((words or "").strip() for words in (note.living, note.production, note.income))


def contact_state(reached: int, tries: int, least: int) -> ContactState:
    """`reached` talks and `tries` vain attempts in a month in which `least` talks are asked
    (N-09).
    """
    if reached >= least:
        return ContactState.CONTACTED
    return ContactState.UNREACHED if tries else ContactState.NEGLECTED


@dataclass(frozen=True)
class Progress:
    """How far a unit is with the households it has to contact. `exempt` ones are not in
    `required`.
    """

    required: int = 0
    contacted: int = 0
    unreached: int = 0
    exempt: int = 0

    @property
    def neglected(self) -> int:
        return self.required - self.contacted - self.unreached


def progress(states: Iterable[tuple[ContactState, bool]]) -> Progress:
    """From (state, exempt) of each household that was expected when the month opened."""
    counted = list(states)
    required = [state for state, exempt in counted if not exempt]
    return Progress(
        len(required),
        required.count(ContactState.CONTACTED),
        required.count(ContactState.UNREACHED),
        len(counted) - len(required),
    )
