"""The page of a household's visit: on the phone at the door, and at the desk."""

from datetime import date
from typing import Annotated, Any

from fastapi import Form as FromPage
from fastapi import Request, Response
from sqlmodel import Session

from kit.actor import Actor
from kit.forms import fill
from kit.forms.filling import Filled
from kit.packs import pack_of
from kit.web import Today, Transaction, Who, done, page
from rulebook.income import IncomeLine
from rulebook.money import yuan
from services.casework.households.rules import Person
from services.casework.identification import queries as files
from services.casework.identification.models import Identification
from services.casework.verification import commands, documents, queries, rules, views
from services.casework.verification.forms import (
    CategoryForm,
    DepartmentValuesForm,
    MemberForm,
    RemovalForm,
    StatementForm,
    VerificationForm,
)
from services.casework.verification.models import Verification
from services.casework.verification.policy import policy
from services.casework.verification.rules import PAPER

router = policy.router()
# What a page shows elsewhere than among the form's other fields.
APART = (
    *("on", "reason", "schooling", "shares", "uninsured", *StatementForm.model_fields),
    *(f"{part}_{n}" for n in rules.VISITORS for part in ("account", "name", "post")),
)


@router.get("/files/{id}/verification")
def verification(
    request: Request, id: str, session: Transaction, actor: Who, today: Today
) -> Response:
    file = queries.see(session, actor, id)
    versions, people = queries.versions(session, id), queries.people(session, file)
    row = versions[0] if versions else None
    ready = row is not None or file.state in rules.VISITS
    case = queries.network_case(session, file)
    seen = queries.seen(case)
    return page(
        request,
        "verification.html",
        file=file,
        line=files.lines(session, [file], today)[0],
        row=row,
        versions=versions,
        case=case,
        seen=seen,
        seen_words=views.words_of(seen) if seen else [],
        people=[(person, person.age(today)) for person in people],
        children=[person for person in people if person.is_of_school_age(today)],
        schoolings=list(rules.Schooling),
        lines=[(line, rules.name_of(line)) for line in IncomeLine],
        told=queries.departments(session, id),
        income=queries.income(session, file, row) if row else None,
        lacking=queries.lacking(session, file, row) if row else [],
        choice=queries.choice(session, id),
        open=ready and (row is None or file.state in queries.BEFORE_DECISION),
        changing=row is not None and file.state in queries.BEFORE_DECISION,
        form=_form(request, session, file, row, people, actor=actor, on=today),
        **_small_forms(request, session, file, today),
        form_model=VerificationForm,
        sheets={one.version: queries.sheet_of(one) for one in versions},
        about={one.version: queries.about_people(one) for one in versions},
        apart=APART,
        yuan=yuan,
    )


def _form(
    request: Request,
    session: Session,
    file: Identification,
    row: Verification | None,
    people: list[Person],
    *,
    actor: Actor,
    on: date,
) -> Filled:
    """Filled in with the last version; before there is one, with what is known of the household."""
    colleagues = queries.colleagues(session, file, on)
    case = queries.network_case(session, file)
    seen = queries.seen(case)
    known: dict[str, Any] = {
        "on": on,
        **(views.known_of(seen) if seen else {}),
        "account_1": actor.account if actor.account in colleagues and not seen else None,
        "shares": [person.key for person in people],
        "causes": case.causes if case else [],
    }
    accounts = {account: str(one) for account, one in colleagues.items()}
    names = {person.key: _called(person, on) for person in people}
    return fill(
        request,
        VerificationForm,
        PAPER.format(file.id),
        queries.sheet_of(row) if row else known,
        options={
            **{f"account_{n}": accounts for n in rules.VISITORS},
            "shares": names,
            "uninsured": names,
        },
    )


def _called(person: Person, on: date) -> str:
    """陈试（户主，56岁）"""
    age = person.age(on)
    return f"{person.name}（{person.relationship}，{'年龄不详' if age is None else f'{age}岁'}）"


def _small_forms(
    request: Request, session: Session, file: Identification, on: date
) -> dict[str, Any]:
    to, chosen = f"/casework/files/{file.id}", queries.choice(session, file.id)
    categories = {str(one): one.label for one in pack_of(session, file.pack).category_set}
    return {
        "member": fill(request, MemberForm, f"{to}/members"),
        "removals": [
            (one, fill(request, RemovalForm, f"{to}/members/remove", {"member": one.id}, id=one.id))
            for one in queries.added_members(session, file.id)
        ],
        "category": fill(
            request,
            CategoryForm,
            f"{to}/category",
            {"category": chosen.category} if chosen else None,
            options={"category": categories},
        ),
        "values": fill(request, DepartmentValuesForm, f"{to}/department-values", {"on": on}),
    }


@router.post("/files/{id}/verification")
def verify(
    id: str,
    session: Transaction,
    actor: Who,
    today: Today,
    form: Annotated[VerificationForm, FromPage()],
) -> Response:
    row = commands.verify(session, id, form, actor=actor, on=today)
    first = row.version == 1
    said = "入户核实已登记。" if first else "入户核实表已保存，原来的内容也保留着。"
    return done(PAPER.format(id), said)


@router.post("/files/{id}/members")
def add_member(
    id: str, session: Transaction, actor: Who, today: Today, form: Annotated[MemberForm, FromPage()]
) -> Response:
    member = commands.add_member(session, id, form, actor=actor, on=today)
    return done(PAPER.format(id), f"已登记家庭成员{member.name}。")


@router.post("/files/{id}/members/remove")
def remove_member(
    id: str,
    session: Transaction,
    actor: Who,
    today: Today,
    form: Annotated[RemovalForm, FromPage()],
) -> Response:
    commands.remove_member(session, id, form.member, actor=actor, on=today)
    return done(PAPER.format(id), "已去掉这名成员。")


@router.post("/files/{id}/category")
def choose_category(
    id: str,
    session: Transaction,
    actor: Who,
    today: Today,
    form: Annotated[CategoryForm, FromPage()],
) -> Response:
    chosen = commands.choose_category(session, id, form, actor=actor, on=today)
    return done(PAPER.format(id), f"对象类别：{chosen.category.label}。")


@router.post("/files/{id}/department-values")
def record_department_values(
    id: str,
    session: Transaction,
    actor: Who,
    today: Today,
    form: Annotated[DepartmentValuesForm, FromPage()],
) -> Response:
    rows = commands.record_department_values(session, id, form, actor=actor, on=today)
    return done(PAPER.format(id), f"已登记部门提供的收入{len(rows)}项。")


@router.get("/files/{id}/verification.docx", name="verification")
def visit_paper(id: str, session: Transaction, actor: Who) -> Response:
    """入户核实表, to be signed."""
    return documents.visit_letter(session, actor, id).answer()


@router.get("/files/{id}/form.docx", name="verification")
def form_paper(id: str, session: Transaction, actor: Who, today: Today) -> Response:
    """认定表 (D7), as far as the file has come."""
    return documents.form_letter(session, actor, id, today).answer()
