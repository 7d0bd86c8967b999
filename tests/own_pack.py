"""A county's own pack, for tests that need rules other than the shipped ones."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rulebook.packs import Pack, load_pack_file
from schemas.codes import Extensible, GapItem, RiskCause

PLATE = """pack_id = "own"
version = "1.0.0"
extends = "default@1.0.0"
label = "示例"
region_code = "990121"
valid_from = 2026-01-01
source_docs = ["本县文件"]
"""
MORE_CODES = """
[codes]
causes = [{ code = "EPIDEMIC", label = "因疫", source = "本县文件" }]
gap_items = [
    { code = "SKILL_TRAINING", label = "技能培训", question = "请安排培训。", about_person = true, source = "本县文件" },
]
[dispatch]
routing = [{ gap_item = "SKILL_TRAINING", cause = "EPIDEMIC", primary = "human-resources", source = "本县文件" }]
default_gap_items = [{ cause = "EPIDEMIC", gap_items = ["SKILL_TRAINING"], source = "本县文件" }]
"""


def own_pack(folder: Path, section: str, **values: str | int) -> Pack:
    """`own@1.0.0` for the tests' county since 2026, which states these values of one section."""
    lines = (
        f"{key} = {{ value = {value!r}, source = '本县文件' }}\n" for key, value in values.items()
    )
    return written(folder, f"[{section}]\n{''.join(lines)}")


def written(folder: Path, text: str) -> Pack:
    path = folder / "own@1.0.0.toml"
    path.write_text(PLATE + text, encoding="utf-8")
    return load_pack_file(path)


@contextmanager
def codes_as_before() -> Iterator[None]:
    """What a test adds to the lists of this process is taken out again."""
    lists: tuple[type[Extensible], ...] = (RiskCause, GapItem)
    before = [len(codes) for codes in lists]
    try:
        yield
    finally:
        for codes, length in zip(lists, before, strict=True):
            for name in codes._member_names_[length:]:
                codes._member_names_.remove(name)
                del codes._member_map_[name], codes._value2member_map_[name]
