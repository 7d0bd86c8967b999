"""From TOML files to packs: every value stands beside its source, and a pack may extend another
one.

A value is `{ value = 17, source = "s001/1 N-04" }` (without `value`: deliberately none), a row of a
list carries its own `source`. `extends = "default@1.0.0"` takes all values of that pack which the
file does not state; lists are replaced as a whole. The version is named so that nobody's rules
change because somebody else's pack did.
"""

import json
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from rulebook.packs.schema import Pack

HOME = Path(__file__).parent
NAME_PLATE = {
    "pack_id",
    "version",
    "label",
    "region_code",
    "valid_from",
    "valid_to",
    "source_docs",
    "extends",
}


@dataclass(frozen=True)
class PackError:
    """What is wrong where; `key` is dotted, empty for the whole file, and `reason` is Chinese."""

    file: str
    key: str
    reason: str

    def __str__(self) -> str:
        return ":".join(part for part in (self.file, self.key, self.reason) if part)


class PackInvalid(ValueError):
    """A pack that cannot be used; `errors` lists everything found."""

    def __init__(self, errors: list[PackError]) -> None:
        super().__init__("\n".join(map(str, errors)))
        self.errors = errors


def load_pack_file(path: Path) -> Pack:
    """`PackInvalid` when the file cannot be used."""
    content, sources = _content(path)
    try:
        # JSON mode is strict about numbers and still reads dates, tuples and codes from text.
        return Pack.model_validate_json(json.dumps({**content, "sources": sources}, default=str))
    except ValidationError as error:
        raise PackInvalid(
            [PackError(path.name, _key(e["loc"]), _reason(dict(e))) for e in error.errors()]
        ) from None


def check_pack_file(path: Path) -> list[PackError]:
    """Everything wrong with the file; empty when it can be used."""
    try:
        load_pack_file(path)
    except PackInvalid as error:
        return error.errors
    return []


@cache
def load_pack(pack_id: str) -> Pack:
    """A pack that comes with Backstop; `LookupError` when there is none of this name."""
    if pack_id not in pack_ids():
        raise LookupError(f"没有名为“{pack_id}”的政策包,现有:{'、'.join(pack_ids())}")
    return load_pack_file(HOME / f"{pack_id}.toml")


def pack_ids() -> list[str]:
    return sorted(path.stem for path in HOME.glob("*.toml"))


def _content(path: Path, above: tuple[str, ...] = ()) -> tuple[dict[str, Any], dict[str, str]]:
    """Plain values, and the source of each by dotted key, those of the extended pack included.

    `above` names the packs that extend this one.
    """

    def refuse(key: str, reason: str) -> PackInvalid:
        return PackInvalid([PackError(path.name, key, reason)])

    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise refuse("", f"无法读取:{error}") from error
    except tomllib.TOMLDecodeError as error:
        raise refuse("", f"不是合法的TOML文件:{error}") from error
    if raw.get("pack_id") != path.stem:
        raise refuse("pack_id", f"应与文件名一致:{path.stem}")

    plate = {key: raw.pop(key) for key in NAME_PLATE & raw.keys()}
    sources: dict[str, str] = {}
    errors: list[PackError] = []
    own = {key: _plain(path.name, key, node, sources, errors) for key, node in raw.items()}
    if errors:
        raise PackInvalid(errors)
    if "extends" not in plate:
        return plate | own, sources

    name, _, version = str(plate.pop("extends")).partition("@")
    beside = path.with_name(f"{name}.toml")
    if name in (*above, path.stem):
        raise refuse("extends", "政策包不能引用自己,也不能循环引用")
    below, below_sources = _content(
        beside if beside.exists() else HOME / beside.name, (*above, path.stem)
    )
    if below["version"] != version:
        raise refuse(
            "extends", f"{name}现在是{below['version']}版,与这里写的“{version}”不同,请核对后改写"
        )
    inherited = {
        key: text for key, text in below_sources.items() if key.partition("[")[0] not in sources
    }
    values = {key: value for key, value in below.items() if key not in NAME_PLATE}
    return plate | _merged(values, own, set(sources)), inherited | sources


def _merged(
    below: dict[str, Any], own: dict[str, Any], stated: set[str], at: str = ""
) -> dict[str, Any]:
    """`own` over `below`; a section is merged, a value with a source of its own replaces what was
    there.
    """
    result = dict(below)
    for name, value in own.items():
        key = f"{at}{name}"
        is_section = (
            isinstance(value, dict) and isinstance(below.get(name), dict) and key not in stated
        )
        result[name] = _merged(below[name], value, stated, f"{key}.") if is_section else value
    return result


def _plain(file: str, key: str, node: Any, sources: dict[str, str], errors: list[PackError]) -> Any:
    """The node without its sources, which are noted by dotted key."""

    def note(at: str, text: Any) -> None:
        if isinstance(text, str) and text.strip():
            sources[at] = text
        else:
            errors.append(PackError(file, at, "没有写出处(source)"))

    if isinstance(node, dict) and node.keys() & {"value", "source"}:
        errors += [
            PackError(file, f"{key}.{extra}", "不认识的参数,值旁边只能写source")
            for extra in node.keys() - {"value", "source"}
        ]
        note(key, node.get("source"))
        return node.get("value")
    if isinstance(node, list) and node and all(isinstance(row, dict) for row in node):
        for index, row in enumerate(node):
            note(f"{key}[{index}]", row.get("source"))
        texts = dict.fromkeys(str(row.get("source")) for row in node)
        sources[key] = "; ".join(texts)
        return [{name: value for name, value in row.items() if name != "source"} for row in node]
    if isinstance(node, dict):
        return {
            name: _plain(file, f"{key}.{name}", below, sources, errors)
            for name, below in node.items()
        }
    errors.append(PackError(file, key, '应写成{ value = 值, source = "出处" }'))
    return None


def _key(loc: tuple[int | str, ...]) -> str:
    """("dispatch", "routing", 0, "primary") → dispatch.routing[0].primary"""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc).lstrip(".")


def _reason(error: dict[str, Any]) -> str:
    context = error.get("ctx", {})
    match error["type"]:
        case "missing":
            return "缺少此参数"
        case "extra_forbidden":
            return "不认识的参数,请检查拼写"
        case "value_error":
            return str(context["error"])
        case "literal_error" | "enum":
            return f"只能是{context['expected'].replace(' or ', '、').replace(', ', '、')}"
        case "int_type" | "int_parsing" | "int_from_float":
            return "应为整数"
        case "bool_type" | "bool_parsing":
            return "应为true或false"
        case "string_type":
            return "应为文字"
        case "greater_than_equal" | "greater_than":
            return f"太小,应不小于{context.get('ge', context.get('gt'))}"
        case "less_than_equal":
            return f"太大,应不大于{context['le']}"
        case "string_pattern_mismatch":
            return f"写法不对,应符合{context['pattern']}"
        case "tuple_type" | "list_type":
            return "应为列表"
        case "dict_type" | "model_type":
            return "应为一组参数"
        case "too_short":
            return "不能为空"
        case kind if kind.startswith("date"):
            return "应为日期,如2023-01-01,不加引号"
        case kind if kind.startswith("decimal"):
            return "应为数字,最多两位小数"
        case _:
            return f"不对:{error['msg']}"
