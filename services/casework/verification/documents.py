"""入户核实表, and the 认定表 (D7) as far as a file has come: what an inspector opens."""

from datetime import date
from typing import Any

from sqlmodel import Session

from kit.actor import Actor
from kit.documents import Paper, letter
from rulebook.income import Result, per_head
from rulebook.money import yuan
from services.casework.documents import BLANK, TEMPLATES, day_or_blank, places_of
from services.casework.households.rules import SCHOOL
from services.casework.identification import queries as files
from services.casework.identification.documents import course
from services.casework.identification.models import Identification
from services.casework.identification.rules import FileAction as A
from services.casework.verification import queries
from services.casework.verification.models import Verification

NOTHING = "—"  # asked, and nothing said
NO_CHILD = f"没有{SCHOOL[0]}至{SCHOOL[-1]}岁的成员"


def visit_letter(session: Session, actor: Actor, file_id: str) -> Paper:
    """The latest version of the visit, for the signatures of household and verifiers."""
    row = queries.of(session, actor, file_id)
    file = queries.see(session, actor, file_id)
    values = _about(session, file) | _visit(session, file, row)
    name, places = f"入户核实表{file.number}", places_of(session, file)
    return letter(TEMPLATES / "visit.docx", name, values, places=places)


def form_letter(session: Session, actor: Actor, file_id: str, on: date) -> Paper:
    """Steps that are still to come stay empty, to be filled in by hand or printed later."""
    file = queries.see(session, actor, file_id)
    row = queries.latest(session, file.id)
    values = _about(session, file) | _visit(session, file, row)
    values["steps"] = [
        {
            "name": one.name,
            "words": one.words,
            "signed": one.signed,
            "on": day_or_blank(one.on) if one.signed else "",
        }
        for one in course(session, file, on)
    ]
    name, places = f"认定表{file.number}", places_of(session, file)
    return letter(TEMPLATES / "form.docx", name, values, places=places)


def _about(session: Session, file: Identification) -> dict[str, Any]:
    line = files.lines(session, [file], file.opened_on)[0]
    history = files.history(session, file.id)
    consents = [entry for entry in history if entry.action is A.CONSENT]
    return {
        "number": file.number,
        "head_name": line.head_name,
        "household_number": line.number or "",
        "place": line.village,
        "channel": file.channel.label,
        "lead_on": day_or_blank(file.lead_at),
        "people": [_person(person, file) for person in queries.people(session, file)],
        "consent": f"{day_or_blank(consents[0].on)}，{consents[0].text}" if consents else "",
    }


def _person(person: Any, file: Identification) -> dict[str, Any]:
    age = person.age(file.pinned_on or file.lead_at)
    return {
        "name": person.name,
        "relationship": person.relationship,
        "id_number": person.id_number or "",
        "age": "" if age is None else age,
    }


def _visit(session: Session, file: Identification, row: Verification | None) -> dict[str, Any]:
    """What the papers say of a visit; empty before there is one."""
    if row is None:
        return dict.fromkeys(_visit_names(), "") | {"figures": [], "visitors": BLANK}
    return {
        "visited_on": day_or_blank(row.visited_on),
        "visitors": "、".join(f"{one['name']}（{one['post']}）" for one in row.visitors),
        **_at_home(row),
        **_income(session, file, row),
    }


def _at_home(row: Verification) -> dict[str, Any]:
    sheet, about = queries.sheet_of(row), queries.about_people(row)
    faults = "、".join(one.label for one in sheet.water_faults)
    in_order = "有保障" if sheet.water_ok else f"没有保障：{faults}"
    return {
        "house": sheet.house.label if sheet.house else "",
        "water": "" if sheet.water_ok is None else in_order,
        "education": _schooling(
            row, "；".join(filter(None, (about.schooling, sheet.schooling_words)))
        ),
        "medical": _insured(sheet.insured, about.uninsured),
        "work": sheet.work or NOTHING,
        "assets": sheet.assets or NOTHING,
        "coping": sheet.coping or NOTHING,
        "rigid": _rigid(sheet.rigid, sheet.rigid_amount) or NOTHING,
        "rough": NOTHING if sheet.rough_income is None else f"{yuan(sheet.rough_income)}元",
        "shares": f"{len(sheet.shares)}人：{about.shares}",
        "causes": "、".join(cause.label for cause in sheet.causes),
        "judgement": "：".join(filter(None, (sheet.judgement.label, sheet.words))),
    }


def _income(session: Session, file: Identification, row: Verification) -> dict[str, Any]:
    found, chosen = queries.income(session, file, row), queries.choice(session, file.id)
    figures = found.statement.figures if found.statement else {}
    reckoned = found.reckoning
    return {
        "period": f"{day_or_blank(found.period.begin)}至{day_or_blank(found.period.end)}",
        "figures": [
            {
                "line": line.label,
                "declared": _yuan(figure.declared),
                "department": _yuan(figure.department),
                "difference": _yuan(figure.difference),
                "source": figure.counted_source.label,
            }
            for line, figure in figures.items()
        ],
        "net": reckoned.net.sentence if reckoned else found.why_not,
        "assessed": reckoned.assessed.sentence if reckoned else "",
        "heads": _heads(reckoned.net, reckoned.assessed) if reckoned else "",
        "suggestion": found.suggestion.reason if found.suggestion else "",
        "category": chosen.category.label if chosen else "",
    }


def _yuan(amount: int | None) -> str:
    return "" if amount is None else yuan(amount)


def _visit_names() -> tuple[str, ...]:
    return (
        *("visited_on", "house", "water", "education", "medical", "work", "assets", "coping"),
        *("rigid", "rough", "period", "shares", "net", "assessed", "heads", "causes"),
        *("judgement", "suggestion", "category"),
    )


def _heads(net: Result, assessed: Result) -> str:
    """Both results a head, beside the line."""
    heads = [f"{one.name}人均{per_head(one.total, one.size)}元" for one in (net, assessed)]
    return "；".join([*heads, f"监测范围{yuan(net.line)}元"])


def _schooling(row: Verification, said: str) -> str:
    """Of the children of school age, or that there is none."""
    return said if said or any(one["age"] in SCHOOL for one in row.people) else NO_CHILD


def _insured(insured: bool | None, uninsured: str) -> str:
    if insured is None:
        return ""
    return "全部参保" if insured else f"没有参保：{uninsured}"


def _rigid(words: str, amount: int | None) -> str:
    total = "" if amount is None else f"合计{yuan(amount)}元"
    return "，".join(filter(None, (words, total)))
