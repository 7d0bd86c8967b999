"""Household visits for programs."""

from sqlmodel import Session

from kit.web import Today, Transaction, Who
from rulebook.income import Result
from services.casework.identification.models import Identification
from services.casework.verification import commands, queries
from services.casework.verification.forms import (
    CategoryForm,
    DepartmentValuesForm,
    MemberForm,
    RemovalForm,
    VerificationForm,
)
from services.casework.verification.models import Verification
from services.casework.verification.policy import policy
from services.casework.verification.views import (
    FigureView,
    MemberView,
    PersonView,
    ResultView,
    ToVisit,
    VerificationView,
    VersionView,
    Visited,
)

router = policy.router()


@router.get("/files/{id}/household", name="verification")
def household(id: str, session: Transaction, actor: Who, today: Today) -> ToVisit:
    """Who belongs to the household, and who may have visited it."""
    file = queries.see(session, actor, id)
    return ToVisit(
        earliest=queries.earliest(file),
        people=[
            PersonView(
                key=one.key,
                name=one.name,
                relationship=one.relationship,
                age=one.age(today),
                of_school_age=one.is_of_school_age(today),
            )
            for one in queries.people(session, file)
        ],
        added=[MemberView.model_validate(one) for one in queries.added_members(session, id)],
        colleagues={
            account: str(one) for account, one in queries.colleagues(session, file, today).items()
        },
    )


@router.get("/files/{id}/verification")
def verification(id: str, session: Transaction, actor: Who) -> VerificationView:
    """The version that counts, its income reckoned, and the versions before."""
    row = queries.of(session, actor, id)
    return _view(session, queries.see(session, actor, id), row)


def _view(session: Session, file: Identification, row: Verification) -> VerificationView:
    found, chosen = queries.income(session, file, row), queries.choice(session, file.id)
    reckoned, suggestion = found.reckoning, found.suggestion
    return VerificationView(
        **VersionView.model_validate(row).model_dump(),
        file=file.id,
        complete=row.complete,
        lacking=queries.lacking(session, file, row),
        visitors=row.visitors,
        people=row.people,
        sheet=row.sheet,
        period_from=found.period.begin,
        period_to=found.period.end,
        figures=_figures(found),
        net=_result(reckoned.net) if reckoned else None,
        assessed=_result(reckoned.assessed) if reckoned else None,
        why_not=found.why_not,
        suggested=suggestion.category if suggestion else None,
        suggestion=suggestion.reason if suggestion else "",
        category=chosen.category if chosen else None,
        category_reason=chosen.reason if chosen else None,
        versions=[VersionView.model_validate(one) for one in queries.versions(session, file.id)],
    )


def _figures(found: queries.Income) -> list[FigureView]:
    figures = found.statement.figures if found.statement else {}
    return [
        FigureView(
            line=line,
            declared=figure.declared,
            department=figure.department,
            difference=figure.difference,
            amount=figure.amount,
            source=figure.counted_source,
        )
        for line, figure in figures.items()
    ]


def _result(result: Result) -> ResultView:
    return ResultView(
        total=result.total, line=result.line, is_below=result.is_below, sentence=result.sentence
    )


@router.post("/files/{id}/verification")
def verify(
    id: str, body: VerificationForm, session: Transaction, actor: Who, today: Today
) -> Visited:
    """The visit; later, until the decision, it is made whole or corrected."""
    row = commands.verify(session, id, body, actor=actor, on=today)
    return _visited(session, queries.see(session, actor, id), row)


def _visited(session: Session, file: Identification, row: Verification) -> Visited:
    return Visited(
        file=file.id,
        version=row.version,
        complete=row.complete,
        lacking=queries.lacking(session, file, row),
    )


@router.post("/files/{id}/members")
def add_member(
    id: str, body: MemberForm, session: Transaction, actor: Who, today: Today
) -> MemberView:
    """Somebody of the household whom the register does not know."""
    return MemberView.model_validate(commands.add_member(session, id, body, actor=actor, on=today))


@router.post("/files/{id}/members/remove")
def remove_member(
    id: str, body: RemovalForm, session: Transaction, actor: Who, today: Today
) -> list[MemberView]:
    """One that was entered by mistake; the others stay."""
    commands.remove_member(session, id, body.member, actor=actor, on=today)
    return [MemberView.model_validate(one) for one in queries.added_members(session, id)]


@router.post("/files/{id}/category")
def choose_category(
    id: str, body: CategoryForm, session: Transaction, actor: Who, today: Today
) -> Visited:
    """What a person says the household is."""
    commands.choose_category(session, id, body, actor=actor, on=today)
    row = queries.of(session, actor, id)
    return _visited(session, queries.see(session, actor, id), row)


@router.post("/files/{id}/department-values")
def record_department_values(
    id: str, body: DepartmentValuesForm, session: Transaction, actor: Who, today: Today
) -> Visited:
    """What a department has, beside what was declared."""
    commands.record_department_values(session, id, body, actor=actor, on=today)
    row = queries.of(session, actor, id)
    return _visited(session, queries.see(session, actor, id), row)
