"""Democratic assessment (民主评议): votes that add up, and what they come to (I-10, N-16, I-24)."""

from dataclasses import dataclass
from fractions import Fraction

from rulebook.packs import Pack
from schemas.codes import Coded


class Body(Coded):
    """Who meets; the pack says which of them may."""

    VILLAGER_REPRESENTATIVES = "VILLAGER_REPRESENTATIVES", "村民代表会议"
    ENLARGED_TWO_COMMITTEES = "ENLARGED_TWO_COMMITTEES", "村两委扩大会议"
    ALL_MONITORS = "ALL_MONITORS", "日常监测干部共同评定会"


class Outcome(Coded):
    """What a vote came to; none of them ends anything, only the county decides."""

    CARRIED = "CARRIED", "通过"
    NOT_CARRIED = "NOT_CARRIED", "没有通过"
    NO_QUORUM = "NO_QUORUM", "到会人数不足"


@dataclass(frozen=True)
class Votes:
    """The votes on one household. Whoever is its relative steps out for it (I-24): he attends and
    has no vote. `ValueError` with a Chinese text when they do not add up.
    """

    should_attend: int
    attended: int
    in_favour: int
    against: int
    abstained: int = 0
    stepped_out: int = 0

    def __post_init__(self) -> None:
        if min(vars(self).values()) < 0:
            raise ValueError("人数和票数不能是负数")
        if self.attended > self.should_attend:
            raise ValueError(f"到会{self.attended}人，多于应到{self.should_attend}人，请核对")
        if self.stepped_out > self.attended:
            raise ValueError(f"回避{self.stepped_out}人，多于到会{self.attended}人，请核对")
        if self.cast > self.voters:
            but = f"减去回避{self.stepped_out}人" if self.stepped_out else ""
            raise ValueError(
                f"同意、反对、弃权共{self.cast}票，多于到会{self.attended}人{but}，请核对"
            )

    @property
    def cast(self) -> int:
        return self.in_favour + self.against + self.abstained

    @property
    def voters(self) -> int:
        """Who is there and may vote."""
        return self.attended - self.stepped_out


@dataclass(frozen=True)
class Assessed:
    """The outcome, and the sentence that stands in the minutes and on the household's file."""

    outcome: Outcome
    sentence: str


def bodies(pack: Pack) -> tuple[Body, ...]:
    """Which meetings may assess (B-12)."""
    return tuple(map(Body, pack.identify.assessment_bodies))


def assess(pack: Pack, votes: Votes) -> Assessed:
    """By the pack's quorum, of those who should attend, and its majority, of those who attend and do
    not step out (B-12).
    """
    quorum, ratio = pack.identify.assessment_quorum, pack.identify.assessment_pass_ratio
    said = f"应到{votes.should_attend}人，到会{votes.attended}人"
    if quorum and not _reaches(votes.attended, votes.should_attend, quorum):
        return Assessed(Outcome.NO_QUORUM, f"{said}，{_short_of(quorum, '应到人数')}，不能表决。")
    if votes.stepped_out:
        said += f"，其中回避{votes.stepped_out}人"
    said += f"；同意{votes.in_favour}票、反对{votes.against}票、弃权{votes.abstained}票"
    whole = "未回避的到会人数" if votes.stepped_out else "到会人数"
    if _reaches(votes.in_favour, votes.voters, ratio):
        how = f"同意票{_over(ratio, whole)}"
        return Assessed(Outcome.CARRIED, f"{said}，{how}，评议通过。")
    how = f"同意票{_short_of(ratio, whole)}"
    return Assessed(Outcome.NOT_CARRIED, f"{said}，{how}，评议没有通过，连同票数一并上报。")


def _reaches(part: int, whole: int, ratio: str) -> bool:
    """Exactly; nothing of nobody reaches nothing."""
    share = Fraction(ratio.removeprefix(">"))
    if whole == 0:
        return False
    return part > share * whole if ratio.startswith(">") else part >= share * whole


def _over(ratio: str, whole: str) -> str:
    return f"{'超过' if ratio.startswith('>') else '达到'}{whole}的{_share(ratio)}"


def _short_of(ratio: str, whole: str) -> str:
    return f"没有{_over(ratio, whole)}"


def _share(ratio: str) -> str:
    """2/3 as 三分之二; larger figures stay figures."""
    part, whole = map(int, ratio.removeprefix(">").split("/"))
    if part < 10 and whole < 10:
        return f"{NUMERALS[whole]}分之{NUMERALS[part]}"
    return f"{part}/{whole}"


NUMERALS = "〇一二三四五六七八九"
