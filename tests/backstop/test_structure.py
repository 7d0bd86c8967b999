"""The application: the same rooms in every service, documents that name what exists, nobody real in the
repository.
"""

import ast
import re
import subprocess
from collections.abc import Iterator
from graphlib import TopologicalSorter
from importlib import import_module
from pathlib import Path
from zipfile import ZipFile, is_zipfile

import grimp
import pytest

from backstop.services import NAMES
from rulebook.ids import InvalidId, check_id_number

ROOT = Path(__file__).parents[2]
ROOMS = {
    "models",
    "rules",
    "policy",
    "forms",
    "queries",
    "commands",
    "views",
    "documents",
    "api",
    "pages",
    "handlers",
    "jobs",
    "sheets",
    "tasks",
    "deadlines",
    "lists",
    "procedure",
}
OFFICIAL = {
    "11010519491231002X",
    "440524188001010014",
    "34052419800101001X",
}  # specimens of GB 11643
SOURCES = ("schemas", "rulebook", "kit", "services", "backstop", "bench", "examples", "deploy")
# Functions over 40 lines and files over 400, migrations apart: why each is better left whole.
LONG: dict[str, str] = {}


@pytest.mark.parametrize("service", NAMES)
def test_every_feature_is_a_folder_with_the_same_rooms(service: str):
    folder = ROOT / "services" / service
    declared = import_module(f"services.{service}.service")
    folders = {path.parent.name for path in folder.glob("*/__init__.py")}
    assert folders == set(declared.FEATURES)
    for feature in folders:
        text = (folder / feature / "__init__.py").read_text(encoding="utf-8")
        assert text.startswith('"""'), f"{feature} does not say what it is"
        rooms = {path.stem for path in (folder / feature).glob("*.py")} - {"__init__"}
        assert rooms <= ROOMS, (feature, rooms - ROOMS)
    assert list((folder / "migrations" / "versions").glob("0001_*.py"))


def test_nothing_imports_in_a_circle():
    graph = grimp.build_graph("schemas", "rulebook", "kit", "services", "backstop")
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    circles = TopologicalSorter(imports)
    circles.prepare()  # CycleError names one


def long_places(path: Path) -> Iterator[str]:
    """The file, if it has more than 400 lines, and its functions of more than 40, without their
    decorators.
    """
    name, text = path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
    if len(text.splitlines()) > 400:
        yield name
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno
            if node.end_lineno - node.lineno >= 40:
                yield f"{name}: {node.name}"


def test_what_is_long_is_listed_with_a_reason_and_nothing_else_is():
    found = {
        place
        for folder in SOURCES
        for path in (ROOT / folder).rglob("*.py")
        if "migrations" not in path.parts
        for place in long_places(path)
    }
    assert found - LONG.keys() == set(), "split it where its parts have meaning, or say why not"
    assert LONG.keys() - found == set(), "no longer long: take it off the list"


# What offices write is Chinese; whoever reads it compares it.
READERS = {
    "backstop/importer.py": "a level in the organisation workbook",
    "kit/sheets/lines.py": "lines of totals",
    "rulebook/cells.py": "a cause's label",
    "rulebook/money.py": "万元",
    "rulebook/numerals.py": "Chinese numerals",
    "services/unit/visits/forms.py": "how somebody was contacted",
}
CHINESE = re.compile("[\u4e00-\u9fff]")
SEARCHES = {"startswith", "endswith", "find", "index", "count", "removeprefix", "removesuffix"}


def judges_chinese(node: ast.AST) -> bool:
    """A comparison, a match or a search in which a Chinese literal stands."""
    if isinstance(node, ast.Compare | ast.MatchValue):
        parts = [node]
    elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") in SEARCHES:
        parts = list(node.args)
    else:
        return False
    literals = (one.value for part in parts for one in ast.walk(part) if type(one) is ast.Constant)
    return any(CHINESE.search(text) for text in literals if isinstance(text, str))


def test_f_44_chinese_text_decides_nothing_but_what_a_cell_says():
    found = {
        path.relative_to(ROOT).as_posix()
        for folder in ("schemas", "rulebook", "kit", "services", "backstop")
        for path in (ROOT / folder).rglob("*.py")
        if any(map(judges_chinese, ast.walk(ast.parse(path.read_text(encoding="utf-8")))))
    }
    assert found == READERS.keys()


def test_a_share_is_made_in_one_room_of_a_service():
    """docs/domain/figures.md: pages, papers and agenda print it, and make none."""
    makers = {"share_kept", "percent", "average", "rate", "mean"}
    rooms = {
        path.parent.relative_to(ROOT / "services").as_posix().removesuffix("/queries")
        for path in (ROOT / "services").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in makers
    }
    assert rooms == {"county/statistics", "dispatch/statistics"}


# Where fewer than all are taken, and why nobody misses the rest (F-18). A first one alone, a part of
# a code or of a day, and a text cut for a line of a terminal count as none.
LIMITS = {
    "kit/behalf/pages.py: unseen[:MOST]": "the page says that there are more",
    "kit/behalf/table.py: SQL": "the page says when more wait; they come once these are answered",
    "kit/messaging/dead_letters.py: SQL": "a page of letters; the command names the next one",
    "kit/visible.py: words[:most]": "it says how many characters there were",
    "services/access/directory/queries.py: sorted(fitting.items())[:most]": (
        "the page says when there are more; a few characters of the name find it"
    ),
    "services/access/accounts/pages.py: posts[:MARKED]": "the page says how many more wait",
    "services/access/accounts/pages.py: proposed[:MARKED]": "the page says how many more wait",
    "services/access/accounts/queries.py: SQL": "the page says: the latest fifty; the audit has all",
    "services/county/bulletin/commands.py: open_[:5]": "the sentence says how many there are",
    "services/county/cases/pages.py: (default_gap_items(rules, first) or (GapItem.OTHER,))"
    "[:MOST_NEEDS]": "a form begins with as many as it has rows",
    "services/unit/findings/commands.py: list(dict.fromkeys([*finding.causes, *note.causes]))[:5]": (
        "five causes at most (D5); each note keeps its own"
    ),
    "services/unit/findings/commands.py: list(dict.fromkeys(causes))[:5]": "five at most (D5)",
    "services/county/cases/pages.py: found.limit(MOST_FOUND + 1)": "the page says when more are found",
    "services/county/cases/pages.py: households[:MOST_FOUND]": "the page says when more are found",
    "services/county/cases/pages.py: queries.open_cases(actor, asked.q).limit(MOST_FOUND)": (
        "what a search offers to choose; more words find fewer"
    ),
    "services/casework/identification/pages.py: queries.found(session, actor, q).limit(MOST_FOUND + 1)": (
        "the page says when more are found"
    ),
    "services/casework/identification/pages.py: found[:MOST_FOUND]": "the page says when more are found",
    "services/casework/national/pages.py: found[:queries.SHOWN]": "the page says how many are left",
    "services/casework/identification/procedure.py: rulebook_terms.Terms.limit(self, key, row)": (
        "a limit of time"
    ),
    "services/casework/identification/queries.py: held.limit(key, file)": "a limit of time",
    "services/county/register/queries.py: statement.order_by(theirs, col(Household.id)).limit(20)": (
        "what a search offers to choose; more words find fewer"
    ),
    "kit/sheets/sheet.py: cells[:room]": "the report says from which row on cells are no longer named",
    "kit/sheets/sheet.py: islice(self.stream(), most + 1)": "one more than is taken: then it is refused whole",
    "services/unit/months/rules.py: names[:most]": "the sentence says how many there are",
    "services/unit/organisation/queries.py: names[:NAMED]": "the sentence says how many there are",
    "services/village/closings/commands.py: left[:3]": "the sentence says how many there are",
    "services/village/register/queries.py: told[:NAMED]": "the sentence says how many there are",
    "services/village/lists/commands.py: findings[:5]": "the sentence says how many there are",
    "services/village/register/sheets.py: islice(drafts, SET)": "batches, until none is left",
    "services/village/register/sheets.py: islice(rest, SET)": "batches, until none is left",
    "services/dispatch/systems/queries.py: select(literal(1)).where(Answer.department == department, "
    "Answer.reply == reply).limit(most)": "that there are so many is all that is asked",
    "kit/audit/views.py: objects[:NAMED]": "the words say how many there are",
    "kit/audit/sealing.py: SQL": "batches, until none is left",
    "kit/database/reencryption.py: statement.limit(BATCH)": "batches, until none is left",
    "kit/database/rehashing.py: select(*named, *values).order_by(*key).limit(BATCH)": (
        "batches, until none is left"
    ),
    "kit/database/encryption.py: raw[:HEAD]": "the key's name in a value",
    "kit/database/encryption.py: whole[:NONCE]": "the nonce, then the ciphertext",
    "kit/web/idempotency.py: SQL": "what is too old goes, some with every act",
    "kit/web/refusals.py: list(error.errors())[:MOST]": "mended, the next ones are named",
    "kit/messaging/relay.py: SQL": "batches, until none is left",
    "kit/documents/leaving.py: why.strip()[:LONGEST_WHY]": "one sentence, not a list",
    "kit/retention.py: SQL": "batches, until none is left",
    "kit/documents/workbooks.py: table.rows[:500]": "how wide a column is; all rows are written",
    "kit/lists/listing.py: self._sorted(statement, asked).limit(self.size)": "a page with its count",
    "kit/messaging/consumer.py: records[:middle]": "one half, then the other",
    "kit/forms/rows.py: rows[:NAMED]": "the sentence says how many there are",
    "kit/sheets/sheet.py: islice(self.raw.lines(), self.header_row)": "what stands above the head",
    "kit/sheets/sheet.py: islice(raw.lines(), HEADER_WITHIN)": "where a head may stand",
    "kit/sheets/untrusted/rows.py: islice(lines, PAGE)": "pages, until none is left",
    "kit/sheets/untrusted/rows.py: islice(left, len(rows) // 2)": "a page in halves: all of it",
}
TEXTS = {4, 6, 7, 8, 9, 10, 12, 14, 15, 17, 28, 80}  # lengths of codes, numbers, days, titles


def limits(path: Path) -> Iterator[str]:
    """What takes a number of rows from more."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if called in ("limit", "fetchmany") and ast.unparse(node.args[0]) != "1":
                yield ast.unparse(node)
            if called == "islice" and len(node.args) == 2:
                yield ast.unparse(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            if re.search(r"\bLIMIT (?!1\b)", node.value):
                yield "SQL"
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
            upper = node.slice.upper
            length = getattr(upper, "value", None)
            if upper is None or node.slice.lower or isinstance(upper, ast.UnaryOp):
                continue
            if length != 1 and length not in TEXTS:
                yield ast.unparse(node)


def test_f_18_no_list_is_cut_without_a_reason():
    found = {
        f"{path.relative_to(ROOT).as_posix()}: {limit}"
        for folder in ("services", "kit")  # the others keep no rows
        for path in (ROOT / folder).rglob("*.py")
        if "migrations" not in path.parts
        for limit in limits(path)
    }
    assert found - LIMITS.keys() == set(), "a page with its count, or say why none is missed"
    assert LIMITS.keys() - found == set(), "no longer cut: take it off the list"


def test_documents_name_files_that_exist():
    documents = (
        "README.md",
        "README.zh-CN.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "decisions/README.md",
    )
    for document in (
        *documents,
        *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")),
    ):
        text = (ROOT / document).read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#:]+)\)", text):
            assert ((ROOT / document).parent / target).exists(), (document, target)
        for path in re.findall(
            r"`((?:kit|services|schemas|rulebook|backstop|tests|examples|deploy)/[\w./-]+\.(?:py|sql|html))",
            text,
        ):
            assert (ROOT / path).exists() or (ROOT / path.removesuffix(".py")).is_dir(), (
                document,
                path,
            )


def test_the_readme_shows_the_two_commands_first():
    for readme in ("README.md", "README.zh-CN.md"):
        text = (ROOT / readme).read_text(encoding="utf-8")
        block = re.search(r"```sh\n(.*?)```", text, re.DOTALL)
        assert block
        assert [line.split("#")[0].strip() for line in block[1].strip().splitlines()] == [
            "make demo",
            "make test",
        ]


def words_in(path: Path) -> str:
    """What a text says, or the parts of a workbook or letter; of other files nothing."""
    if path.suffix in (".py", ".md", ".toml", ".html", ".json", ".yml", ".csv"):
        return path.read_text(encoding="utf-8", errors="replace")
    if path.suffix.lower() not in (".xlsx", ".docx", ".ods") or not is_zipfile(path):
        return ""
    with ZipFile(path) as book:
        parts = [book.read(name) for name in book.namelist() if name.endswith(".xml")]
    return b"\n".join(parts).decode(errors="replace")


def test_f_55_nobody_real_stands_in_the_repository():
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False
    ).stdout.decode()
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        text = words_in(path) if path.exists() else ""
        for number in re.findall(r"(?<!\d)[1-9]\d{16}[\dXx](?!\d)", text):
            if number[:2] != "99" and number.upper() not in OFFICIAL:
                with pytest.raises(InvalidId):
                    check_id_number(number)
        for phone in re.findall(r"(?<![\d.])1[3-9]\d{9}(?!\d)", text):
            assert phone.startswith("1600000"), (name, phone)
