"""How the office names a department, on the page, as a program, or on the sheet."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator

from kit.forms import Form, field, text
from rulebook.types import Phone, Short, Text
from services.dispatch.departments import rules


def _code(written: str) -> str:
    if not rules.is_department_code(written):
        raise ValueError(
            f"部门代码“{written}”不对，只能用小写字母和连字符，如housing、health-insurance"
        )
    return written


def _names(written: Any) -> Any:
    """Former names, with semicolons between them; what are no texts is left to the field to refuse."""
    parts = [written] if isinstance(written, str) else written
    if not isinstance(parts, list | tuple) or not all(isinstance(part, str) for part in parts):
        return written
    return tuple(name for part in parts for name in re.split(r"\s*[;；]\s*", part.strip()) if name)


class DepartmentEntry(Form):
    """One department; the code as in a topic's name (`health-insurance`)."""

    code: Annotated[Text, AfterValidator(_code)] = field("部门代码", hint="如 housing")
    name: Text = text("部门名称")
    aliases: Annotated[tuple[Short, ...], BeforeValidator(_names)] = field(
        "曾用名", (), widget="text", columns=("曾用名（分号隔开）",), hint="分号隔开"
    )
    head: Text = text("第一责任人", "", hint="主要负责人姓名", columns=("第一责任人", "主要负责人"))
    officer: Text = text("直接责任人", "", hint="经办人姓名", columns=("直接责任人", "经办人"))
    phone: Phone | None = field("直接责任人电话", None, columns=("直接责任人电话", "联系电话"))


class Departments(Form):
    departments: list[DepartmentEntry] = field("行业部门")
