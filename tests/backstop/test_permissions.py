"""The tables of all features together: every command asks one, every event is its own service's, the
administrator stands in none that is about a household, and the office reads the same tables.
"""

import ast
import contextlib
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

from backstop import permissions, shell
from backstop.contracts import contracts
from backstop.services import NAMES, every_service, service_named
from kit.actor import Actor
from kit.errors import Forbidden
from kit.policy import Action, anywhere
from kit.sheets import door
from rulebook.scopes import AT_WORK, KIND_OF, scope_of
from rulebook.senders import READS_REPORTS, SENDERS
from schemas.codes import Role
from tests.helpers import posts

SERVICES = Path(__file__).parents[2] / "services"
ROOMS = ("api", "pages", "sheets")
ASKS = {"require", "permit", "admit", "visible", "may", "reveals", "show"}
# Commands with an actor that ask no table of their own, and why not.
STEP = "a step of a command that has asked"
NOT_ASKED = {
    "village.findings.begin_review": STEP,
    "village.findings.version_of": "makes a row and keeps none",
    "village.duplicates.join": STEP,
    "unit.findings.note_risks": STEP,
    "unit.findings.add_words": STEP,
    "county.county.sign": STEP,
    "dispatch.orders.record": STEP,
    "dispatch.orders.enter": STEP,
    "dispatch.issuing.issue": STEP,
    "casework.identification.advance": STEP,
    "casework.identification.note": STEP,
    "casework.identification.take_up_case": STEP,
    # The command line of the server itself, where nobody is signed in: who may write to the database
    # needs nobody's leave, and the audit knows such an account by where it came from ("server").
    "access.accounts.install_account": "the server's own command line",
}


def actions() -> Iterator[tuple[str, Action]]:
    for service in every_service():
        for feature, policy in permissions.tables(service).items():
            for name, action in policy.items():
                yield f"{service.name}.{feature}.{name}", action


def functions(service: str) -> dict[str, ast.FunctionDef]:
    """Every function of the service by its name; of two of one name both bodies count."""
    found: dict[str, ast.FunctionDef] = {}
    for path in sorted((SERVICES / service).rglob("*.py")):
        if "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                if node.name in found:
                    found[node.name].body.extend(node.body)
                else:
                    found[node.name] = node
    return found


def calls(node: ast.AST) -> set[str]:
    called = (one.func for one in ast.walk(node) if isinstance(one, ast.Call))
    return {
        one.attr if isinstance(one, ast.Attribute) else getattr(one, "id", "") for one in called
    }


def commands_called(path: Path) -> set[str]:
    """What a door calls of a module of commands."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    called = (one.func for one in ast.walk(tree) if isinstance(one, ast.Call))
    return {
        one.attr
        for one in called
        if isinstance(one, ast.Attribute) and "commands" in ast.unparse(one.value)
    }


def asks(node: ast.AST) -> bool:
    """`policy.require(actor, …)` and its like."""
    return any(
        isinstance(one, ast.Call)
        and isinstance(one.func, ast.Attribute)
        and one.func.attr in ASKS
        and "policy" in ast.unparse(one.func.value).lower()
        for one in ast.walk(node)
    )


def commands(service: str) -> Iterator[tuple[str, ast.FunctionDef]]:
    """The public ones to which an actor is handed."""
    folder = SERVICES / service
    for path in sorted(chain(folder.rglob("commands.py"), folder.rglob("commands/*.py"))):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                arguments = chain(node.args.args, node.args.kwonlyargs)
                if any(one.arg == "actor" for one in arguments):
                    yield f"{service}.{path.parent.name}.{node.name}", node


@pytest.mark.parametrize("service", NAMES)
def test_every_command_asks_a_table(service: str):
    known = functions(service)

    def asked(node: ast.FunctionDef, seen: frozenset[str] = frozenset()) -> bool:
        return asks(node) or any(
            asked(known[name], seen | {name})
            for name in calls(node) & known.keys() - seen
            if len(seen) < 4
        )

    silent = {name for name, node in commands(service) if not asked(node)}
    named = {name for name in NOT_ASKED if name.startswith(f"{service}.")}
    assert silent == named, "a command acts for somebody and asks nobody"
    doors = chain.from_iterable((SERVICES / service).rglob(f"{room}.py") for room in ROOMS)
    by_doors = set().union(*(commands_called(path) for path in doors))
    steps = {name.rpartition(".")[2] for name in named}
    assert not steps & by_doors, "a door calls a step past the command that asks"


def test_the_walk_finds_commands_and_those_that_ask_nobody():
    assert sum(1 for service in NAMES for _ in commands(service)) > 60
    assert not asks(ast.parse("def f(session, actor):\n    session.add(actor)"))
    assert asks(ast.parse("def f(session, actor, row):\n    policy.require(actor, 'f', row)"))


@pytest.mark.parametrize("service", [*NAMES])
def test_a_service_says_only_its_own_events(service: str):
    """The topic proves the author (the broker lets a service write to its own): what it emits is of
    its own types.
    """
    foreign = []
    for path in (SERVICES / service).rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        origin = {
            name.asname or name.name: node.module or ""
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for name in node.names
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "emit":
                said = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
                foreign += [
                    (path.name, name)
                    for name in said
                    if (module := origin.get(name, "")).startswith("schemas.")
                    and module.removeprefix("schemas.") in set(NAMES) - {service}
                ]
    assert foreign == []


def test_the_administrator_stands_in_no_table_about_households():
    his = {name for name, action in actions() if Role.ADMINISTRATOR in action.roles}
    about_work = {
        name
        for name in his
        if name.rpartition(".")[2]
        not in {
            *("desk", "home"),
            *("name_divisions", "name_groups", "name_units", "name_helpers"),
            *("name_departments", "enter_teams", "enter_responsibles"),
            *("organisation", "departments"),  # the pages on which he names them
        }
        and not name.startswith("access.")
    }
    assert about_work == set()


def test_a_sheet_is_handed_in_by_whom_its_table_names():
    for service in every_service():
        for kind in service.sheets:
            assert set(kind.roles) <= set(SENDERS), kind.name
            if Role.ADMINISTRATOR in kind.roles:
                assert kind.name in {
                    *("divisions", "groups", "units", "teams", "responsibles", "departments"),
                    "posts",  # the accounts themselves: who has which post where
                }, kind.name


def test_every_post_has_something_to_do_and_no_action_is_the_systems_alone():
    found = {role for _, action in actions() for role in action.roles}
    assert set(KIND_OF) <= found
    assert [name for name, action in actions() if not action.roles] == []
    assert set(AT_WORK) == set(KIND_OF) - {Role.ADMINISTRATOR}


def test_the_office_reads_the_tables_that_are_asked():
    written = permissions.FILE.read_text(encoding="utf-8")
    assert written == permissions.document(), "run: backstop permissions write"
    for role in KIND_OF:
        assert role.label in written
    for _, action in actions():
        assert action.label in written
    assert "除全部以外" not in written
    assert "{place}" not in written


def test_what_a_role_lost_is_missed_in_the_document():
    """The document is made of the tables: with another table it is another document."""
    policy = permissions.tables(service_named("village"))["findings"]
    assert "签发紧急情况 | 乡镇主要领导" in permissions._table(policy)
    assert "签发紧急情况" not in permissions._table(shell.policy)


@pytest.mark.parametrize("role", list(KIND_OF))
def test_g_02_a_post_at_a_place_that_does_not_fit_it_opens_no_action(role: Role):
    wrong = [""]
    for places in posts.PLACES.values():
        for place in places[:1]:
            with contextlib.suppress(ValueError):
                scope_of(role, place)
                continue
            wrong.append(place)
    assert len(wrong) > 3
    for service in every_service():
        for policy in permissions.tables(service).values():
            for action in policy:
                for place in wrong:
                    stranger = Actor("a", "某人", role, place)
                    assert not policy.may(stranger, action), (action, place)
                    with pytest.raises(Forbidden):
                        policy.admit(stranger, action)


@pytest.mark.parametrize("role", list(KIND_OF))
def test_g_05_reports_of_imports_are_for_who_sent_them_and_the_office(role: Role):
    asked = door.policy["sheets"]
    everybody = any(role in one.roles and one.to is anywhere for one in asked.allowances)
    assert everybody == (role in READS_REPORTS)
    assert role in asked.roles


def test_the_topic_of_an_event_proves_who_said_it():
    """Each topic has one author, to whom alone the broker lets it be written (tests/backstop/
    test_doors.py tries it); the document says the same.
    """
    authors: dict[str, set[str]] = {}
    for event in contracts().values():
        authors.setdefault(event.topic, set()).add(permissions.author_of(event))
    assert all(len(names) == 1 for names in authors.values()), authors
    for name in NAMES:
        assert authors[f"backstop.{name}"] == {name}
    of_departments = {topic for topic in authors if "{department}" in topic}
    assert {topic: authors[topic] for topic in of_departments} == {
        "backstop.department.{department}": {"dispatch"},
        "backstop.department.{department}.replies": {""},
    }
    assert set(authors) == {*of_departments, *(f"backstop.{name}" for name in NAMES)}
    written = permissions.FILE.read_text(encoding="utf-8")
    assert all(f"`{topic}`" in written for topic in authors)


def test_a_file_leaves_by_a_door_of_a_table_and_none_of_households_by_the_administrators():
    found = list(permissions.files())
    assert len(found) > 15
    his = {one.path for _, one in found if Role.ADMINISTRATOR in one.roles}
    assert his == {"/access/accounts.xlsx"}
    written = permissions.FILE.read_text(encoding="utf-8")
    for service, one in found:
        assert f"| {service.title} | {one.action.label} |" in written, one.path


@pytest.mark.parametrize("service", NAMES)
def test_a_form_is_filled_in_by_a_function_that_asks_its_table(service: str):
    known = functions(service)
    for kind in service_named(service).sheets:
        if kind.roles and kind.filled:
            node = known[kind.filled.__name__]
            near = (known[name] for name in calls(node) & known.keys())
            assert asks(node) or any(asks(one) for one in near), kind.name


def test_numbers_are_masked_in_one_place():
    """Whoever masks by himself decides by himself who sees them (`kit.policy.purpose`)."""
    compares = SERVICES / "county" / "ledger" / "sheets.py"  # a masked number with the whole one
    masking = {
        path
        for path in chain(SERVICES.rglob("*.py"), (SERVICES.parent / "kit").rglob("*.py"))
        if re.search(r"mask_(id|phone)", path.read_text(encoding="utf-8"))
    }
    assert masking == {compares, SERVICES.parent / "kit" / "policy" / "purpose.py"}
