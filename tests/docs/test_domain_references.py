"""Whatever is cited can be read: every ID has its place in docs/domain, every link leads somewhere."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOMAIN = ROOT / "docs/domain"
FOLDERS = (
    *("schemas", "rulebook", "kit", "services", "backstop"),
    *("tests", "bench", "examples", "deploy", "docs", "decisions"),
)
SUFFIXES = {".html", ".md", ".py", ".toml", ".txt", ".yaml", ".yml"}

ITEM = re.compile(r"(?<![\w-])(GT|[A-Z])-(\d{2})([a-z]?)(?![\w-]*\w)")
RANGE = re.compile(
    r"(?<![\w-])(?P<family>(?:GT|[A-Z])-?)(?P<first>\d{1,2})\s?(?:…|–|\.{2,3}|-| to )\s?"
    r"(?P<again>(?:GT|[A-Z])-?)?(?P<last>\d{1,2})(?![\w-]*\w)"
)
PART = re.compile(r"(?<![\w/.#@-])([ADE]\d{1,2})(?![\w-])")
LETTER = re.compile(r"docs/domain,? ([A-G])\b")
SOURCE = re.compile(r"(?<!\w)(s\d{3}(?:/\d)?)(?!\w)")
ANCHOR = re.compile(r'<a id="([^"]+)"></a>')
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
NAMED = re.compile(r"\bdocs/[\w/-]+\.md(?:#[\w/-]+)?")
WORDS = re.compile(r'""".*?"""|(?<!\S)# [^\n]*', re.DOTALL)
CODE = re.compile(r"^```.*?^```|`[^`\n]+`", re.DOTALL | re.MULTILINE)


def test_f_46_every_cited_id_has_its_place():
    known = set(anchors())
    lost = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in files()
        for name in sorted(cited(path) - known)
    ]
    assert not lost, "cited, and nowhere in docs/domain:\n" + "\n".join(lost)


def test_an_id_stands_in_one_place_and_is_called_by_its_name():
    several = {name: pages for name, pages in anchors().items() if len(pages) > 1}
    assert not several
    for page in pages():
        for name, after in re.findall(r'<a id="([^"]+)"></a>(.*)', page.read_text("utf-8")):
            if ITEM.fullmatch(name):
                assert after.startswith(f"{name} |"), f"{page.name}: {name}"


def test_the_index_says_on_which_page_an_id_is():
    indexed: dict[str, str] = {}
    rows = re.findall(r"^\| (.+?) \| \[(\S+)\]\((\S+)\) \|", index(), re.MULTILINE)
    for ids, name, page in rows:
        assert name == page
        indexed |= dict.fromkeys(items(ids) | parts(ids), page)
    assert {page for _, _, page in rows} == {page.name for page in pages()} - {"README.md"}
    here = {
        name: place[0]
        for name, place in anchors().items()
        if ITEM.fullmatch(name) or PART.fullmatch(name)
    }
    assert indexed == here


def test_links_between_documents_lead_somewhere():
    broken = [
        f"{document.relative_to(ROOT)}: {target}"
        for document in documents()
        for target in LINK.findall(CODE.sub("", document.read_text("utf-8")))
        if not re.match(r"[a-z]+:", target) and not leads_somewhere(document, target)
    ]
    assert not broken, "\n".join(broken)


def test_documents_that_a_program_names_are_there():
    broken = [
        f"{path.relative_to(ROOT)}: {named}"
        for path in files()
        for named in NAMED.findall(prose(path))
        if not leads_somewhere(ROOT / "README.md", named)
    ]
    assert not broken, "\n".join(broken)


def test_ranges_count_with_all_between():
    written = "(B-28…B-31), M-09…12; I-18a, C-01 to C-03, D9…D11 (E3)"
    assert items(written) == {
        *("B-28", "B-29", "B-30", "B-31", "M-09", "M-10", "M-11", "M-12"),
        *("I-18a", "C-01", "C-02", "C-03"),
    }
    assert parts(written) == {"D9", "D10", "D11", "E3"}
    assert not items("DQ-01 AJ-990121-202609-0001 U001-02 2026-09 KEY-01 UTF-16 B-12-3")


# What is cited ------------------------------------------------------------------------------


def files() -> Iterator[Path]:
    """All source and documents; what is generated (JSON) repeats what its source says."""
    yield from sorted(ROOT.glob("*.md"))
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in SUFFIXES and path != Path(__file__):
                yield path


def cited(path: Path) -> set[str]:
    said = prose(path)
    return (
        items(path.read_text("utf-8"))
        | parts(said)
        | set(LETTER.findall(said))
        | set(SOURCE.findall(said))
    )


def items(text: str) -> set[str]:
    """N-08, GT-25, I-18a, with all between the ends of a range."""
    single = {f"{family}-{number}{more}" for family, number, more in ITEM.findall(text)}
    return single | {name for name in between(text) if ITEM.fullmatch(name)}


def parts(text: str) -> set[str]:
    """A14, D1, E3, with all between the ends of a range."""
    return set(PART.findall(text)) | {name for name in between(text) if PART.fullmatch(name)}


def between(text: str) -> Iterator[str]:
    """Both ends of each range in the text and all between."""
    for match in RANGE.finditer(text):
        family, first, last = match["family"], match["first"], match["last"]
        if match["again"] in (None, family):
            for number in range(int(first), int(last) + 1):
                yield f"{family}{number:0{len(first)}}"


@cache
def prose(path: Path) -> str:
    """What people wrote for people: comments and docstrings of a program, the sources of a pack."""
    text = path.read_text("utf-8")
    if path.suffix == ".py":
        return "\n".join(WORDS.findall(text))
    if path.suffix == ".toml":
        return "\n".join(re.findall(r'#.*|source = "[^"]*"', text))
    return text if path.suffix == ".md" else ""


# Where it stands ----------------------------------------------------------------------------


def pages() -> list[Path]:
    return sorted(DOMAIN.glob("*.md"))


def index() -> str:
    return (DOMAIN / "README.md").read_text("utf-8")


@cache
def anchors() -> dict[str, list[str]]:
    """The pages each anchor stands on: one, if all is well."""
    found: dict[str, list[str]] = {}
    for page in pages():
        for name in ANCHOR.findall(page.read_text("utf-8")):
            found.setdefault(name, []).append(page.name)
    return found


def documents() -> Iterator[Path]:
    yield from sorted(ROOT.glob("*.md"))
    for folder in ("docs", "decisions", "bench", "examples"):
        yield from sorted((ROOT / folder).rglob("*.md"))


def leads_somewhere(document: Path, target: str) -> bool:
    name, _, fragment = target.partition("#")
    goal = (document.parent / name).resolve() if name else document
    if not fragment:
        return goal.exists()
    return goal.is_file() and fragment in places(goal)


@cache
def places(page: Path) -> set[str]:
    """What a link into a page may name: its anchors, and its headings as the web shows them."""
    text = page.read_text("utf-8")
    headings = re.findall(
        r"^#+ (.*)$", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE
    )
    seen: Counter[str] = Counter()
    found = set(ANCHOR.findall(text))
    for heading in headings:
        slug = re.sub(r"[^\w\- ]", "", ANCHOR.sub("", heading).lower()).replace(" ", "-")
        found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return found
