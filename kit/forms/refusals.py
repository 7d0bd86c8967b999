"""What is wrong with a field, in a clerk's words and with the form's own labels."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kit.forms.labels import label_of

WRONG = {
    "missing": "没有填",
    "string_too_short": "太短，至少{min_length}字",
    "string_too_long": "太长，最多{max_length}字",
    "too_long": "太多，最多{max_length}项",  # of several; of a text as string_too_long
    "too_short": "太少，至少{min_length}项",
    "enum": "没有这个选项",
    "literal_error": "没有这个选项",
    "json_invalid": "不完整",
    "date_parsing": "要写成2026-09-18这样",
    "date_from_datetime_parsing": "要写成2026-09-18这样",
    "int_parsing": "要填整数",
    "int_from_float": "要填整数",
    "int_type": "要填整数",
    "bool_parsing": "要选是或否",
    "bool_type": "要选是或否",
    "greater_than_equal": "太小，至少{ge}",
    "greater_than": "太小，要大于{gt}",
    "less_than_equal": "太大，最多{le}",
    "less_than": "太大，要小于{lt}",
}
OTHERWISE = "填得不对"


@dataclass(frozen=True)
class Refusal:
    """One thing that is wrong: `field` its name in the form ("" for the form as a whole), `reason`
    stands beside it, `sentence` stands alone.
    """

    field: str
    label: str
    reason: str
    sentence: str


def refusals(errors: Iterable[Mapping[str, Any]], owner: Any) -> list[Refusal]:
    """pydantic's errors as people read them, each once. `owner`: the route or the form."""
    return list(dict.fromkeys(_refusal(error, owner) for error in errors))


def _refusal(error: Mapping[str, Any], owner: Any) -> Refusal:
    loc = error["loc"]
    whole = loc[1:] if loc and loc[0] in ("body", "query", "path", "header", "cookie") else loc
    name = next((part for part in whole if isinstance(part, str)), "")
    if error["type"] == "extra_forbidden":
        return Refusal(name, name, "没有这一项", f"没有“{loc[-1]}”这一项")
    label, cause = label_of(owner, loc), error.get("ctx", {}).get("error")
    if error["type"] == "value_error" and isinstance(cause, ValueError):
        own = str(cause).rstrip("。")  # our own words, which mostly name the field themselves
        return Refusal(name, label, own, own if not name or label in own else f"{label}：{own}")
    reason = _reason(error)
    return Refusal(name, label, reason, label + reason)


def _reason(error: Mapping[str, Any]) -> str:
    type, written, context = error["type"], error.get("input", ""), error.get("ctx", {})
    if isinstance(written, str) and type in ("too_long", "too_short"):
        type = f"string_{type}"
    if written is None or (type == "string_too_short" and context["min_length"] == 1):
        type = "missing"
    return WRONG.get(type, OTHERWISE).format_map(context)
