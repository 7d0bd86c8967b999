"""Departments for programs."""

from pydantic import BaseModel

from kit.web import Transaction, Who
from services.dispatch.departments import commands, queries
from services.dispatch.departments.forms import Departments
from services.dispatch.departments.policy import policy

router = policy.router()


class Changed(BaseModel):
    """Codes of the departments that were new or have another name now."""

    changed: list[str]


class DepartmentView(BaseModel, from_attributes=True):
    code: str
    name: str
    aliases: list[str]
    active: bool
    head: str
    officer: str


@router.post("/departments")
def name_departments(body: Departments, session: Transaction, actor: Who) -> Changed:
    return Changed(changed=commands.name_departments(session, body.departments, actor=actor))


@router.get("/departments")
def departments(session: Transaction, actor: Who) -> list[DepartmentView]:
    return [
        DepartmentView.model_validate(department) for department in queries.departments(session)
    ]
