"""G-13: what a browser runs is a file of ours: no page has a script, a handler or a style in it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEMPLATES = [
    path for top in ("kit", "services", "backstop") for path in (ROOT / top).rglob("*.html")
]
INLINE = {
    "a script": re.compile(r"<script\b(?![^>]*\bsrc=)", re.IGNORECASE),
    "a style sheet": re.compile(r"<style\b", re.IGNORECASE),
    "a handler": re.compile(r"<[^>{]*\son\w+\s*=\s*[\"']", re.IGNORECASE),
    "a style": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "an address that is a script": re.compile(r"[\"']\s*javascript:", re.IGNORECASE),
    "a file of elsewhere": re.compile(r"(?:src|href)=[\"'](?:https?:)?//", re.IGNORECASE),
}


def inline(text: str) -> set[str]:
    """What of it stands in the text of a page."""
    return {what for what, pattern in INLINE.items() if pattern.search(text)}


def test_g_13_csp_no_template_has_a_script_a_handler_or_a_style_in_it():
    found = {
        str(path.relative_to(ROOT)): wrong
        for path in TEMPLATES
        if (wrong := inline(path.read_text(encoding="utf-8")))
    }
    assert found == {}
    assert len(TEMPLATES) > 60


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("<script>run()</script>", "a script"),
        ('<button class="x" onclick="print()">', "a handler"),
        ('<p style="color: red">', "a style"),
        ('<a href="javascript:history.back()">', "an address that is a script"),
        ('<script src="//cdn.example/x.js">', "a file of elsewhere"),
    ],
)
def test_g_13_csp_the_look_at_templates_finds_each_kind(text: str, wrong: str):
    assert inline(text) == {wrong}


def test_nothing_in_python_writes_a_page_by_itself():
    """Pages are templates: what a look at those finds is all there is."""
    written = [
        str(path.relative_to(ROOT))
        for top in ("kit", "services", "backstop")
        for path in (ROOT / top).rglob("*.py")
        if re.search(r"<(?:html|body|script|style)\b", path.read_text(encoding="utf-8"))
    ]
    assert written == []
