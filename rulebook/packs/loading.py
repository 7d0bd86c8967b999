"""From TOML files to packs: every value stands beside its source, and a pack may extend another
one.

A value is `{ value = 17, source = "s001/1 N-04" }` (without `value`: deliberately none), a row of a
list carries its own `source`. `extends = "default@1.0.0"` takes all values of that pack which the
file does not state; lists are replaced as a whole. A file is called as the pack in it
(`default@1.0.0.toml`), and a new version is a new file, so that nobody's rules change because
somebody else's pack did. What no file states comes from the `since-….toml` beside the shipped ones.
The monitoring line alone is not taken from a pack whose period ended before: it is asked for.
"""

import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from rulebook.packs.schema import Pack, is_unused

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


@dataclass(frozen=True)
class Layer:
    """One file of a pack as TOML reads it."""

    file: str
    raw: dict[str, Any]


def load_pack_file(path: Path) -> Pack:
    """`PackInvalid` when the file cannot be used. Outside the package it is a county's own."""
    layers = _layers(path)
    errors = _misnamed(layers) + (_not_own(layers[0]) if path.parent != HOME else [])
    try:
        pack = _resolve(layers)
    except PackInvalid as invalid:
        raise PackInvalid(invalid.errors + errors) from None
    if errors:
        raise PackInvalid(errors)
    return pack


def check_pack_file(path: Path) -> list[PackError]:
    """Everything wrong with the file; empty when it can be used."""
    try:
        load_pack_file(path)
    except PackInvalid as error:
        return error.errors
    return []


def load_pack(name: str) -> Pack:
    """A pack that comes with Backstop: "default@1.0.0", or "default" for its newest version;
    `LookupError` when there is none of this name.
    """
    named = [pack for pack in shipped_packs() if name in (pack.name, pack.pack_id)]
    if not named:
        raise LookupError(f"没有名为“{name}”的政策包，现有：{'、'.join(pack_ids())}")
    return max(named, key=lambda pack: pack.age)


@cache
def pack_from(content: str) -> Pack:
    """The pack whose `Pack.content` was kept."""
    return _resolve(
        [Layer(f"{raw['pack_id']}@{raw['version']}.toml", raw) for raw in json.loads(content)]
    )


def shipped() -> list[Path]:
    """The files that come with Backstop, every version that was ever released among them."""
    return sorted(HOME.glob("*@*.toml"))


def own_files(folder: Path) -> list[Path]:
    """A county's own; every file there is to be a pack."""
    return sorted(folder.glob("*.toml"))


@cache
def shipped_packs() -> tuple[Pack, ...]:
    return tuple(map(load_pack_file, shipped()))


def pack_ids() -> list[str]:
    return sorted({path.stem.partition("@")[0] for path in shipped()})


def _layers(path: Path, above: tuple[str, ...] = ()) -> list[Layer]:
    """The file and those it extends, the own first. `above` names the files that extend this one."""

    def refuse(key: str, reason: str) -> PackInvalid:
        return PackInvalid([PackError(path.name, key, reason)])

    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise refuse("", f"无法读取：{error}") from error
    except tomllib.TOMLDecodeError as error:
        raise refuse("", f"不是合法的TOML文件：{error}") from error
    if "extends" not in raw and (above or path.parent == HOME):
        return [Layer(path.name, raw)]
    if "extends" not in raw:
        raise refuse("extends", '请写明以哪个政策包为底，例如extends = "default@1.0.0"')
    below = str(raw["extends"])
    if below in (*above, path.stem):
        raise refuse("extends", "政策包不能引用自己，也不能循环引用")
    beside = path.with_name(f"{below}.toml")
    file = beside if beside.exists() else HOME / beside.name
    if not file.exists():
        available = "、".join(toml.stem for toml in shipped())
        raise refuse("extends", f"没有政策包“{below}”，请写名称和版本，现有：{available}")
    return [Layer(path.name, raw), *_layers(file, (*above, path.stem))]


def _resolve(layers: list[Layer]) -> Pack:
    values, sources = _combined(layers)
    plate = {key: value for key, value in layers[0].raw.items() if key in NAME_PLATE - {"extends"}}
    made = plate | values | {"sources": sources, "content": _content(layers)}
    try:
        # JSON mode is strict about numbers and still reads dates, tuples and codes from text.
        return Pack.model_validate_json(json.dumps(made, default=str), context=_own_codes(values))
    except ValidationError as error:
        file = layers[0].file
        raise PackInvalid(
            [PackError(file, _key(e["loc"]), _reason(dict(e))) for e in error.errors()]
        ) from None


def _own_codes(values: dict[str, Any]) -> dict[str, list[str]]:
    """Causes and gap items that the pack adds, by kind, whatever else is wrong with them."""
    codes = values["codes"] if isinstance(values["codes"], dict) else {}
    return {
        kind: [str(row["code"]) for row in rows if isinstance(row, dict) and "code" in row]
        for kind, rows in codes.items()
        if isinstance(rows, list)
    }


def _combined(layers: list[Layer]) -> tuple[dict[str, Any], dict[str, str]]:
    """Plain values, and the source of each by dotted key."""
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    errors: list[PackError] = []
    for layer in (*_since(), *reversed(layers)):
        stated: dict[str, str] = {}
        own = {
            key: _plain(layer.file, key, node, stated, errors)
            for key, node in layer.raw.items()
            if key not in NAME_PLATE
        }
        values = _merged(values, own, set(stated))
        kept = {at: text for at, text in sources.items() if at.partition("[")[0] not in stated}
        sources = kept | stated
        if _is_over(layer, layers[0]):
            _forget_line(layer, values, sources)
    if errors:
        raise PackInvalid(errors)
    return values, sources


def _is_over(layer: Layer, own: Layer) -> bool:
    """Whether the layer's period ended before the pack's own begins."""
    ended, begins = layer.raw.get("valid_to"), own.raw.get("valid_from")
    # read from kept content, days are texts
    return bool(ended and begins) and str(ended) < str(begins)


def _forget_line(layer: Layer, values: dict[str, Any], sources: dict[str, str]) -> None:
    """Each year has its own line (B-26): that of a period which is over holds no longer."""
    values["income"] = values["income"] | {"lines": []}
    for key in [key for key in sources if key.partition("[")[0] == "income.lines"]:
        del sources[key]
    sources["income.lines"] = f"{layer.file}: only until {layer.raw['valid_to']}"


@cache
def _since() -> tuple[Layer, ...]:
    """Below every pack: values that the schema got after the oldest one was released."""
    return tuple(
        Layer(path.name, tomllib.loads(path.read_text(encoding="utf-8")))
        for path in sorted(HOME.glob("since-*.toml"))
    )


def _content(layers: list[Layer]) -> str:
    """What the files say, whatever their layout and comments: JSON, the own first."""
    return json.dumps(
        [layer.raw for layer in layers],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
        default=str,
    )


def _misnamed(layers: list[Layer]) -> list[PackError]:
    names = {
        layer.file: f"{layer.raw.get('pack_id')}@{layer.raw.get('version')}.toml"
        for layer in layers
    }
    return [
        PackError(file, "", f"文件名应与其中的名称和版本一致：{name}")
        for file, name in names.items()
        if file != name
    ]


def _not_own(layer: Layer) -> list[PackError]:
    """What a county's own file may not say."""
    errors = [
        PackError(layer.file, key, "本版本不使用这个参数，请删去")
        for key in _stated(layer.raw)
        if is_unused(key)
    ]
    if len(str(layer.raw.get("region_code", ""))) < 6:
        errors.append(PackError(layer.file, "region_code", "请写本县区划代码的前六位"))
    return errors


def _stated(raw: dict[str, Any]) -> Iterator[str]:
    """The dotted keys of a file's values."""
    for name, node in raw.items():
        if isinstance(node, dict) and not node.keys() & {"value", "source"}:
            yield from (f"{name}.{key}" for key in node)
        elif name not in NAME_PLATE:
            yield name


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
            errors.append(PackError(file, at, "没有写出处（source）"))

    if isinstance(node, dict) and node.keys() & {"value", "source"}:
        errors += [
            PackError(file, f"{key}.{extra}", "不认识的参数，值旁边只能写source")
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
            return "不认识的参数，请检查拼写"
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
            return f"太小，应不小于{context.get('ge', context.get('gt'))}"
        case "less_than_equal":
            return f"太大，应不大于{context['le']}"
        case "string_pattern_mismatch":
            return f"写法不对，应符合{context['pattern']}"
        case "tuple_type" | "list_type":
            return "应为列表"
        case "dict_type" | "model_type":
            return "应为一组参数"
        case "too_short":
            return "不能为空"
        case kind if kind.startswith("date"):
            return "应为日期，如2023-01-01，不加引号"
        case kind if kind.startswith("decimal"):
            return "应为数字，最多两位小数"
        case _:
            return f"不对：{error['msg']}"
