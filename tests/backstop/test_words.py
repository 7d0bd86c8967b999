"""What people read: plain words and full-width punctuation (F-51)."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("services", "kit", "backstop", "rulebook", "schemas")
HAN = r"\u4e00-\u9fff"
# Half-width where a Chinese sentence goes on; brackets with Chinese inside.
HALF_WIDTH = re.compile(
    rf"[{HAN}”》）][,;:?!](?=[{HAN}“《（])|[{HAN}”》）][,;:](?=\x00|%|$)|\([{HAN}]|[{HAN}]\)"
)
# Sentences between names and commands, where a mark may stand beside a Latin letter.
MIXED = re.compile(
    rf"[{HAN}”》）`*][,;:?!](?=[{HAN}“《（\n])|[{HAN}”》）][,;:?!]|\([{HAN}]|[{HAN}]\)"
)
# Read in somebody's cells, never shown.
READ = {"负责人:"}


def sources() -> list[Path]:
    return [
        path
        for room in ROOMS
        for kind in ("*.py", "*.html")
        for path in sorted((ROOT / room).rglob(kind))
        if "migrations" not in path.parts
    ]


def shown_by(path: Path) -> list[str]:
    """The texts of a file that somebody may read; what is filled in is \\0."""
    source = path.read_text()
    if path.suffix == ".html":
        source = re.sub(r"\{#.*?#\}|\{%.*?%\}|<[^>]*>", "", source, flags=re.DOTALL)
        return re.sub(r"\{\{.*?\}\}", "\0", source, flags=re.DOTALL).splitlines()
    tree = ast.parse(source)
    silent = _docstrings(tree) | _patterns(tree) | _parts(tree)
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent
    ]
    return texts + [_filled(node) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]


def _filled(node: ast.JoinedStr) -> str:
    return "".join(part.value if isinstance(part, ast.Constant) else "\0" for part in node.values)


def _docstrings(tree: ast.Module) -> set[int]:
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def _parts(tree: ast.Module) -> set[int]:
    return {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in node.values
    }


def _patterns(tree: ast.Module) -> set[int]:
    """What is compared with cells by `re`, wherever the pattern is written."""
    calls = {
        id(argument)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re.")
        for argument in ast.walk(node)
    }
    return calls | {
        id(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and "(?:" in str(node.value)
    }


def test_f_51_chinese_has_full_width_punctuation():
    half = [
        f"{path.relative_to(ROOT)}: {text.strip()[:60]}"
        for path in sources()
        for text in shown_by(path)
        if HALF_WIDTH.search(text) and text not in READ
    ]
    assert half == []


def helps() -> list[str]:
    """What a terminal prints: the help of every command (its docstring), the recipes of make; and what
    a newcomer reads.
    """
    trees = [ast.parse(path.read_text()) for path in sorted((ROOT / "backstop/cli").glob("*.py"))]
    functions = [
        node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)
    ]
    pages = [(ROOT / name).read_text() for name in ("Makefile", "README.zh-CN.md")]
    return [ast.get_docstring(function) or "" for function in functions] + pages


def test_f_51_help_and_readme_have_full_width_punctuation():
    lines = [line for text in helps() for line in text.splitlines()]
    assert [line for line in lines if MIXED.search(f"{line}\n")] == []


@pytest.mark.parametrize(
    "text", ["没有找到,请核对", "已报(迟报)", "原因:\0", "要办的事;其他", "迟报)。", "说明:"]
)
def test_f_51_what_the_test_above_finds(text):
    assert HALF_WIDTH.search(text)


def test_f_51_nobody_reads_the_words_of_a_criminal_file():
    """A household at risk has 风险线索; who should have seen it 应发现未发现."""
    words = ("案件", "立案", "案号", "一案", "未发现线索", "村文书（村文书）", "月月通报")
    found = [
        f"{path.relative_to(ROOT)}: {text.strip()[:60]}"
        for path in sources()
        for text in shown_by(path)
        for word in words
        if word in text
    ]
    assert found == []


def test_one_thing_has_one_word():
    """A password is 密码, a one-time code 动态码: on pages, in answers and in what a newcomer reads."""
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "decisions").glob("*.md")]
    texts = [(path, text) for path in sources() for text in shown_by(path)]
    texts += [(path, line) for path in pages for line in path.read_text().splitlines()]
    assert [
        f"{path.relative_to(ROOT)}: {text.strip()[:60]}"
        for path, text in texts
        for word in ("口令", "验证码")
        if word in text
    ] == []
