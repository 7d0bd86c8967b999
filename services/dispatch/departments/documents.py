"""The table of departments, filled in with those that are there (F-33)."""

from sqlmodel import Session

from kit.sheets.sheet import FormAsked, SheetForm
from services.dispatch.departments import queries
from services.dispatch.departments.policy import policy


def departments_form(session: Session, asked: FormAsked) -> SheetForm:
    policy.require(asked.actor, "name_departments")
    return SheetForm(
        "行业部门",
        rows=[
            {
                "部门代码": department.code,
                "部门名称": department.name,
                "曾用名（分号隔开）": "；".join(department.aliases),
                "第一责任人": department.head,
                "直接责任人": department.officer,
                "直接责任人电话": department.phone,
            }
            for department in queries.departments(session)
            if department.active
        ],
    )
