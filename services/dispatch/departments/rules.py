"""How a department's code is written."""

import re


def is_department_code(code: str) -> bool:
    """Lower case with hyphens, as it stands in a topic's name."""
    return re.fullmatch(r"[a-z]+(-[a-z]+)*", code) is not None
