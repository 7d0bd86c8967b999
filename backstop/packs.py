"""A county's own policy packs: made from another one, as files below the installation's folder."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from kit.errors import Conflict
from rulebook.limits import Limit
from rulebook.packs import Pack, PackError, is_unused, load_pack, own_files, pack_ids
from rulebook.packs.loading import NAME_PLATE

HEAD = """\
# 本县自己的规则。这里没有写的，与 extends 指明的政策包相同。
# 要改哪一项：去掉那一行（列表则每一行）前面的 #，改写取值，并在source里写明本县文件。改后运行 backstop packs check。
pack_id = "{pack_id}"
version = "1.0.0"
extends = "{extends}"
label = "本县配置"
region_code = "{region}"
valid_from = {valid_from}  # 从这一天起发生的事按这里办
source_docs = ["本县文件"]
"""


def new_pack(folder: Path, source: str, name: str, region: str, valid_from: date) -> Path:
    """Write a pack of the county's own and answer with its file.

    From a shipped pack (`source`: "default"): one called `name` that extends it, with every value that
    this version uses as a comment. From an own one: the next version of its newest, with what it says.
    """
    if versions := sorted(_own(folder, source), key=_number):
        path, text = _next_version(versions[-1], valid_from)
    elif name in pack_ids() or _own(folder, name):
        raise Conflict(f"已经有政策包 {name}，请换一个名称；新版本请用 backstop packs new {name}。")
    else:
        path = folder / f"{name}@1.0.0.toml"
        text = _template(load_pack(source), name, region, valid_from)
    if path.exists():
        raise Conflict(f"已经有政策包 {path.stem}，不能覆盖。")
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def _own(folder: Path, name: str) -> list[Path]:
    """The versions of one pack, or the one version that is named."""
    versions = [path for path in own_files(folder) if "@" in path.stem]
    return [path for path in versions if name in (path.stem, path.stem.partition("@")[0])]


def _number(path: Path) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", path.stem.split("@")[1])))


def _next_version(path: Path, valid_from: date) -> tuple[Path, str]:
    name = path.stem.partition("@")[0]
    major, minor, *_ = _number(path)
    fresh = f"{major}.{minor + 1}.0"
    text = path.read_text(encoding="utf-8-sig")
    text = re.sub(r'(?m)^version\s*=\s*"[^"]*"', f'version = "{fresh}"', text, count=1)
    text = re.sub(r"(?m)^valid_from\s*=\s*[\d-]+", f"valid_from = {valid_from}", text, count=1)
    return path.with_name(f"{name}@{fresh}.toml"), text


def _template(pack: Pack, name: str, region: str, valid_from: date) -> str:
    head = HEAD.format(pack_id=name, extends=pack.name, region=region, valid_from=valid_from)
    return head + "\n".join(_commented(pack)) + "\n"


def stated(pack: Pack) -> Iterator[tuple[str, Any]]:
    """Dotted key and value of everything that a pack states beside its name plate."""
    for name in type(pack).model_fields:
        value = getattr(pack, name)
        if isinstance(value, BaseModel) and name not in pack.sources:
            yield from ((f"{name}.{key}", inner) for key, inner in value)
        elif name not in NAME_PLATE | {"sources", "content"}:
            yield name, value


@dataclass(frozen=True)
class Said:
    """A value as people read it, and where it comes from; both empty where a pack has no such row."""

    value: str
    source: str


@dataclass(frozen=True)
class Difference:
    """What two packs say differently: a value, or one row of a list."""

    key: str
    one: Said
    other: Said


NOTHING = Said("—", "")


def differences(one: Pack, other: Pack) -> Iterator[Difference]:
    """Value by value in the packs' own order; of a list only the rows that are not in both."""
    values = dict(stated(other))
    for key, value in stated(one):
        if value == values[key]:
            continue
        if _is_rows(value) or _is_rows(values[key]):
            yield from _rows_apart(key, one, value, other, values[key])
        else:
            yield Difference(key, _said(one, key, value), _said(other, key, values[key]))


def _is_rows(value: Any) -> bool:
    return isinstance(value, tuple) and any(isinstance(row, BaseModel) for row in value)


def _rows_apart(
    key: str, one: Pack, mine: tuple[Any, ...], other: Pack, theirs: tuple[Any, ...]
) -> Iterator[Difference]:
    """Rows that both packs have are passed over; the others stand singly, the first pack's first."""
    for index, row in enumerate(mine):
        if row not in theirs:
            yield Difference(key, _said(one, f"{key}[{index}]", row), NOTHING)
    for index, row in enumerate(theirs):
        if row not in mine:
            yield Difference(key, NOTHING, _said(other, f"{key}[{index}]", row))


def _said(pack: Pack, key: str, value: Any) -> Said:
    return Said(in_words(value), pack.source(key))


def in_words(value: Any) -> str:
    """A value on one line: 是, 3个工作日, 没有, a list with 、 between."""
    if value is None or value == ():
        return "没有"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Limit):
        return value.label
    if isinstance(value, tuple):
        return "、".join(map(in_words, value))
    if isinstance(value, BaseModel):
        value = {name: inner for name, inner in value if inner not in (None, ())}
    if isinstance(value, Mapping):
        return "，".join(f"{name}：{in_words(inner)}" for name, inner in value.items())
    return str(value)


def missing_line(pack: Pack, file: str) -> list[PackError]:
    """A county's own pack has a monitoring line from its first day on: the one of an example's year
    is over (B-26).
    """
    if any(line.effective_from <= pack.valid_from for line in pack.income.lines):
        return []
    reason = f"请填写本县从{pack.valid_from}起适用的防止返贫监测范围"
    return [PackError(file, "income.lines", f"{reason}（元），以前年度的不能沿用")]


def _commented(pack: Pack) -> Iterator[str]:
    """Every value that this version uses, with its source, behind a #."""
    section = ""
    for key, value in stated(pack):
        if is_unused(key):
            continue
        above, _, name = key.rpartition(".")
        if above != section:
            section = above
            yield f"\n[{section}]"
        for line in _written(name, value, key, pack).splitlines():
            yield f"# {line}"


def _written(name: str, value: Any, key: str, pack: Pack) -> str:
    if _is_rows(value):
        rows = [
            row.model_dump(exclude_defaults=True) | {"source": pack.source(f"{key}[{index}]")}
            for index, row in enumerate(value)
        ]
        return f"{name} = [\n" + "".join(f"    {_toml(row)},\n" for row in rows) + "]"
    plain = {} if value is None else {"value": value}
    return f"{name} = {_toml(plain | {'source': pack.source(key)})}"


def _toml(value: Any) -> str:
    """A value within one line; what is None is not written."""
    match value:
        case BaseModel():
            return _toml(value.model_dump(exclude_defaults=True))
        case dict():
            pairs = (f"{key} = {_toml(inner)}" for key, inner in value.items() if inner is not None)
            return f"{{ {', '.join(pairs)} }}"
        case tuple() | list():
            return f"[{', '.join(map(_toml, value))}]"
        case date() | Decimal():
            return str(value)
        case Limit():
            return json.dumps(str(value))
        case _:
            return json.dumps(value, ensure_ascii=False)
