"""What a household visit says, and what it has to say before the village assesses."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from rulebook import places
from rulebook.income import Figure, FigureSource, IncomeLine, Statement
from schemas.codes import Coded, Role
from services.casework.households.rules import Person
from services.casework.identification.rules import FileAction, FileState

PAPER = "/casework/files/{}/verification"  # of a file
# A household is visited first, or after the village's vote where the rules have a second look.
VISITS = {FileState.VERIFY: FileAction.VERIFY, FileState.REVISIT: FileAction.REVISIT}


class HouseGrade(Coded):
    A = "A", "A级"
    B = "B", "B级"
    C = "C", "C级"
    D = "D", "D级"


class WaterAspect(Coded):
    """What of the drinking water is not in order."""

    AMOUNT = "AMOUNT", "水量"
    QUALITY = "QUALITY", "水质"
    ACCESS = "ACCESS", "方便程度"
    RELIABILITY = "RELIABILITY", "保证率"


class Schooling(Coded):
    """Of a child of school age: in school, or why not."""

    IN_SCHOOL = "IN_SCHOOL", "在校"
    TAUGHT_AT_HOME = "TAUGHT_AT_HOME", "送教上门"
    DEFERRED = "DEFERRED", "因病因残缓学、休学、免学"
    NOT_YET = "NOT_YET", "未到入学日期"
    COMPLETED = "COMPLETED", "已完成义务教育"
    DROPPED_OUT = "DROPPED_OUT", "失学辍学"
    OTHER = "OTHER", "其他"


NEED_WORDS = (Schooling.DROPPED_OUT, Schooling.OTHER)


class Judgement(Coded):
    """What the verifiers think; only the county decides."""

    AT_RISK = "AT_RISK", "有返贫致贫风险"
    NO_RISK = "NO_RISK", "未见返贫致贫风险"


class VisitorPost(Coded):
    """As whom somebody visited who is named without an account."""

    TOWNSHIP_CLERK = "TOWNSHIP_CLERK", "乡镇专干"
    TOWNSHIP_LIAISON = "TOWNSHIP_LIAISON", "包村干部"
    TOWNSHIP_OTHER = "TOWNSHIP_OTHER", "乡镇其他干部"
    VILLAGE = "VILLAGE", "村干部"
    WORK_TEAM = "WORK_TEAM", "驻村工作队"
    HELPER = "HELPER", "帮扶责任人"
    COUNTY = "COUNTY", "县级干部"


OF_TOWNSHIP = frozenset(
    {
        *(VisitorPost.TOWNSHIP_CLERK, VisitorPost.TOWNSHIP_LIAISON, VisitorPost.TOWNSHIP_OTHER),
        *(Role.TOWNSHIP_CLERK, Role.TOWNSHIP_HEAD, Role.TOWNSHIP_VILLAGE_LIAISON),
    }
)
VISITORS = (1, 2, 3)  # rows of the form; the third may stay empty


@dataclass(frozen=True)
class Visitor:
    """Who was at the household's home. `account`: of somebody who has one."""

    name: str
    post: str
    of_township: bool
    account: str | None = None

    def kept(self) -> dict[str, Any]:
        return asdict(self)

    def __str__(self) -> str:
        return f"{self.name}（{self.post}）"


def in_words_of(terms: places.Terms, visitors: Sequence[Visitor]) -> list[Visitor]:
    """The visitors with their posts as the pack calls the levels (B-42)."""
    return [replace(visitor, post=places.in_words_of(terms, visitor.post)) for visitor in visitors]


def fault_of(visitors: Sequence[Visitor]) -> str | None:
    """Why these do not verify a household, in Chinese: two, one of them of the township."""
    persons = {visitor.account or visitor.name for visitor in visitors}
    if len(persons) < 2:
        return "入户核实要有两名核实人员，请再填一名。"
    if not any(visitor.of_township for visitor in visitors):
        return "核实人员里至少有一名乡镇干部，请补填。"
    return None


def name_of(line: IncomeLine, part: str = "") -> str:
    """The form's field of a line: "wage", "wage_source"."""
    return f"{line.value.lower()}{part}"


def figures_of(sheet: Any, departments: Mapping[IncomeLine, int]) -> dict[IncomeLine, Figure]:
    """The lines of which anybody says something: as declared, beside what departments have."""
    figures: dict[IncomeLine, Figure] = {}
    for line in IncomeLine:
        declared: int | None = getattr(sheet, name_of(line))
        source: FigureSource | None = getattr(sheet, name_of(line, "_source"))
        if declared is not None or line in departments or source is not None:
            figures[line] = Figure(declared, departments.get(line), source)
    return figures


def statement_of(sheet: Any, departments: Mapping[IncomeLine, int]) -> Statement | None:
    """None where nobody has said anything of the income yet."""
    figures = figures_of(sheet, departments)
    return Statement(figures, len(sheet.shares)) if figures else None


def schooling_of(choices: Collection[str]) -> dict[str, Schooling]:
    """ "‹key›:IN_SCHOOL" of each child; `ValueError` for what is none."""
    pairs = (choice.rpartition(":") for choice in choices)
    return {key: Schooling(code) for key, _, code in pairs if code}


def missing(sheet: Any, people: Sequence[Person], on: date) -> list[str]:
    """What the form still lacks before the household is assessed, in the form's own words."""
    told = schooling_of(sheet.schooling)
    children = [person for person in people if person.is_of_school_age(on)]
    lacks = {
        "住房": sheet.house is None,
        "饮水": sheet.water_ok is None,
        "教育": any(child.key not in told for child in children),
        "医疗": sheet.insured is None,
        "家庭收入": not figures_of(sheet, {}),
        "致贫返贫风险原因": not sheet.causes and sheet.judgement is Judgement.AT_RISK,
    }
    return [name for name, lacking in lacks.items() if lacking]


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Names of the fields in which something that was said is said differently: a correction. What
    was only added is none.
    """
    return [
        name
        for name, value in before.items()
        if value not in (None, "", [])
        and value != after.get(name)
        and not _grew(value, after[name])
    ]


def _grew(before: Any, after: Any) -> bool:
    """A list with more in it says nothing differently."""
    return isinstance(before, list) and isinstance(after, list) and set(before) <= set(after)
