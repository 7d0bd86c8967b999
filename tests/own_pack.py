"""A county's own pack, for tests that need rules other than the shipped ones."""

from pathlib import Path

from rulebook.packs import Pack, load_pack_file

PLATE = """pack_id = "own"
version = "1.0.0"
extends = "default@1.0.0"
label = "示例"
region_code = "990121"
valid_from = 2026-01-01
source_docs = ["本县文件"]
"""


def own_pack(folder: Path, section: str, **values: str | int) -> Pack:
    """`own@1.0.0` for the tests' county since 2026, which states these values of one section."""
    path = folder / "own@1.0.0.toml"
    lines = (
        f"{key} = {{ value = {value!r}, source = '本县文件' }}\n" for key, value in values.items()
    )
    path.write_text(f"{PLATE}[{section}]\n{''.join(lines)}", encoding="utf-8")
    return load_pack_file(path)
