"""What exists survives: a county of release 0.1.0 is opened by today's code.

The tests follow that county in the order in which they stand here: restored, migrated, resumed.
README.md says what it holds, and what to do when one of them fails.
"""

import html
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from typer.testing import CliRunner

from backstop import databases
from backstop.cli import app
from backstop.cli.options import console
from backstop.engines.kafka_admin import configure_topic, revoke_acls, serves
from backstop.engines.postgres import connect
from backstop.services import NAMES
from tests.helpers.up import Process
from tests.helpers.waiting import eventually
from tests.upgrade.county import (
    CLERK,
    FACTS,
    KAFKA,
    LINKED,
    PEOPLE,
    SERVICES,
    VALUES,
    WEEK,
    YEAR,
    County,
    allowed,
    by_compose,
    counted,
    drop_service,
    expected,
    forget,
    missing,
    read_as,
    records,
    restore_databases,
    restore_kafka,
    retention,
    unread,
)

ROOT = Path(__file__).parents[2]
BEFORE, AFTER = FACTS["before"], FACTS["after"]
NEW = tuple(name for name in NAMES if name not in SERVICES)
BULLETINS = "/county/bulletins/2026-08", "/county/bulletins/2026-09"
BROKEN = FACTS["broken"]


@pytest.fixture(scope="module")
def county(own_engines: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    made = County(tmp_path_factory.mktemp("upgrade") / "home")
    try:
        kafka = made.engines.kafka
        restore_databases(made.engines.postgres, SERVICES)
        restore_kafka(kafka, made.home)
        # What an earlier release had not: a right, and a year on the topics.
        revoke_acls(kafka, "county")
        configure_topic(kafka, "backstop.village", "retention.ms", WEEK)
        yield made
    finally:
        made.close()


def test_no_row_is_lost_by_the_migrations(county: County):
    application = county.prepared()
    application.prepare()
    application.dispose()
    for service in SERVICES:
        assert counted(county.engines.postgres, service) == expected(service), service


def test_rights_and_settings_of_topics_are_brought_up_to_date(county: County):
    kafka = county.engines.kafka
    assert [acl for acl in KAFKA["acls"] if acl not in allowed(kafka)] == []
    assert {name: retention(kafka)[name] for name in KAFKA["topics"]} == dict.fromkeys(
        KAFKA["topics"], YEAR
    )


def test_what_was_unsent_is_sent_and_what_was_unread_is_heard(county: County):
    assert [unread(group) for group in SERVICES if unread(group)], "the county has unread events"
    assert any(FACTS["unsent"].values())
    county.start()
    for service in SERVICES:
        work = county.told(f"/{service}/api/work")
        assert (work["unsent"], work["lag"], work["due"]) == (0, 0, 0), service
        assert work["dead_letters"] == len(FACTS["letters"][service]), service


def test_tokens_and_links_of_then_are_worth_nothing(county: County):
    for account, old in FACTS["tokens"].items():
        answer = county.ask(None, "/county/api/tasks", headers={"authorization": f"Bearer {old}"})
        assert answer.status_code == 401, (account, answer.text)
    for link in FACTS["links"].values():
        assert county.ask(None, f"/sign-in/{link}", "POST").status_code == 404
        assert county.ask(None, f"/access/cards/{link}", "POST").status_code == 403


def test_a_link_of_then_is_a_proposed_account_off_until_it_is_confirmed(county: County):
    """Then a card brings the same person to the list that his old rows make (see the desks)."""
    waiting = PEOPLE[LINKED]
    assert "已登记0个" in county.command("accounts", "adopt")  # the start has done it
    assert waiting.name in county.command("accounts", "waiting")
    refused = CliRunner().invoke(app, ["accounts", "link", LINKED, "--home", str(county.home)])
    assert refused.exit_code != 0
    assert waiting.name in county.command("accounts", "confirm", LINKED)
    county.advance(county.clock())
    card = urlsplit(county.command("accounts", "link", LINKED).split()[-1]).path
    assert county.ask(LINKED, card, "POST").status_code == 303
    assert county.ask(None, card, "POST").status_code == 403
    me = county.ask(LINKED, "/village/api/me").json()
    assert (me["account"], me["role"], me["place"]) == (LINKED, waiting.role.value, waiting.place)


def test_it_comes_to_what_the_release_itself_came_to(county: County):
    """New cases and orders made of old events, reporters late or missing: all that the release made
    of the same county when it went on.
    """
    cases = {one["number"]: one["decision"] for one in county.told("/county/api/cases")["cases"]}
    orders = {one["number"]: one["state"] for one in county.told("/dispatch/api/orders")}
    tiers = county.told("/county/api/months/2026-09")["tiers"]
    reporters = {
        f"{tier['kind']} {one['code']}": [one["timeliness"], one["content"]]
        for tier in tiers
        for one in tier["reporters"]
    }
    candidates = sorted(one["household"] for one in county.told("/county/api/candidates"))
    assert cases == {numbered(one): of for one, of in AFTER["cases"].items()} != BEFORE["cases"]
    assert orders == AFTER["orders"] != BEFORE["orders"]
    assert reporters == dict(map(shown, AFTER["reporters"].items())) != BEFORE["reporters"]
    assert candidates == AFTER["candidates"]
    for kind in ("bulletins", "meetings"):
        there = {one["month"]: one["state"] for one in county.told(f"/county/api/{kind}")}
        assert there == AFTER[kind]
    kinds = {task["kind"] for task in county.told("/county/api/tasks")}
    assert "answer" not in kinds, "what was decided then has answered its sources"


def test_what_was_verified_before_opens_no_file_and_stands_on_a_list(county: County):
    """Casework came later: its files begin with what is verified since."""
    verified = {number for number, of in BEFORE["cases"].items() if of == "verified"}
    earlier = {one["number"] for one in county.told("/casework/api/earlier")}
    assert earlier == verified != set()
    opened = {one["case"] for one in county.told("/casework/api/files")}
    known = {one["id"] for one in county.told("/county/api/cases")["cases"]}
    assert opened <= known
    # It reads the villages' topic from its first record: what was broken then, it lays aside as the others did.
    aside = county.told("/casework/api/work")["dead_letters"]
    assert aside == len(FACTS["letters"]["county"])


def shown(reporter: tuple[str, list[str | None]]) -> tuple[str, list[str | None]]:
    """What nobody has signed has not come: whoever is missing has declared nothing (F-02)."""
    code, (timeliness, content) = reporter
    return code, [timeliness, None if timeliness == "missing" else content]


def numbered(number: str) -> str:
    """A case opened since is numbered as 线索; a number that was given stays (F-51)."""
    return number if number in BEFORE["cases"] else number.replace("AJ-", "XS-", 1)


def moved(account: str, service: str, task: str) -> bool:
    """Whether another list has it today, or it is over: a case to verify and the office's own dates
    are the clerk's alone, from the day on which they can be done, a bulletin with no name to decide the
    leader's; a case sent back is the township's
    clerk's; an order of whose help the village said nothing in time the office's; and a unit's
    contacts end with its list (F-01, F-09). Whether somebody missed a risk is decided by the clerk,
    once it is verified (F-06).
    """
    if account == "county-leader":
        return service == "county"
    if account == "county-clerk":
        return task in ("/county/meetings?month=2026-09", *BULLETINS)
    if account.startswith("head-"):
        return task.startswith("/village/rechecks/")
    if account.startswith("village-"):
        return task in AFTER["desks"]["county-clerk"].get(service, ())
    return task.endswith("#neglected")


def test_what_it_held_in_clear_is_encrypted_while_it_works(county: County):
    """By the services themselves; nobody is asked to."""
    eventually(lambda: "没有加密" not in county.command("field-keys", "list"))
    listed = county.command("field-keys", "list")
    assert re.search(r"（正在使用）：[1-9]\d*个值", listed)
    for service, table, column in (
        ("village", "household", "id_number"),
        ("village", "household", "members"),
        ("county", "case_source", "matter"),
        ("unit", "visit", "living"),
    ):
        with connect(county.engines.postgres, service) as connection:
            rows = connection.execute(
                f'SELECT CAST("{column}" AS text) FROM "{table}" WHERE "{column}" IS NOT NULL'
            ).fetchall()
        assert rows
        assert all(value.strip('"').startswith("enc.") for (value,) in rows)
    rotated = county.command("field-keys", "rotate")
    old = re.search(r"(\w{8})（旧）：0个值", rotated)
    assert old
    county.command("field-keys", "drop", old[1])


@pytest.mark.parametrize("account", list(AFTER["desks"]))
def test_open_work_is_still_open_for_whoever_has_to_do_it(county: County, account: str):
    """On the same lists as at the release, but for what has another owner now."""
    numbers = {
        one["number"]: one["id"]
        for one in (
            *county.told("/county/api/cases")["cases"],
            *county.told("/dispatch/api/orders"),
        )
    }
    candidates = {one["household"]: one["id"] for one in county.told("/county/api/candidates")}
    numbers |= {f"of {household}": id_ for household, id_ in candidates.items()}
    verified = {
        one["household"]
        for one in county.told("/county/api/cases")["cases"]
        if one["decision"] == "verified"
    }
    unproven = {f"/county/candidates/of {household}" for household in candidates.keys() - verified}
    for service, tasks in AFTER["desks"][account].items():
        answer = county.ask(account, f"/{service}/")
        assert answer.is_success, answer.text
        shown = set(map(html.unescape, re.findall(r'href="([^"]+)"', answer.text)))
        heads = [
            task.rpartition("/")
            for task in tasks
            if not moved(account, service, task)
            and not (account == "county-clerk" and task in unproven)
        ]
        there = {f"{head}/{numbers.get(numbered(last), last)}" for head, _, last in heads}
        assert there <= shown, service


def test_one_person_under_two_numbers_is_still_found_under_both(county: County):
    found = county.told(f"/village/api/households?q={FACTS['twin']['id_number']}")
    assert sorted(one["number"] for one in found) == sorted(FACTS["twin"]["numbers"])


def test_dead_letters_are_listed_mended_and_replayed(
    county: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(console, "width", 300)
    listed = county.command("dead-letters", "list", "--each")
    for letters in FACTS["letters"].values():
        for letter in letters:
            assert letter["where"] in listed
    held = [one["where"] for one in FACTS["letters"]["county"] if one["holds"]]
    mended = tmp_path / "mended.json"
    mended.write_text(json.dumps(BROKEN["mended"]))
    county.command("dead-letters", "mend", "county", held[0], "--body", mended)
    county.command("dead-letters", "replay", "county", held[0])
    tiers = county.told("/county/api/months/2026-09")["tiers"]
    names = {one["code"]: one["name"] for tier in tiers for one in tier["reporters"]}
    assert names[BROKEN["key"]] == BROKEN["name_behind"]
    left = [one["where"] for one in FACTS["letters"]["county"] if not one["holds"]]
    assert county.told("/county/api/work")["dead_letters"] == len(left) > 0
    assert county.told("/unit/api/work")["dead_letters"] == len(FACTS["letters"]["unit"])


def test_what_is_done_from_now_on_is_in_the_audit(county: County, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(console, "width", 300)
    county.told(f"/village/api/households?q={FACTS['twin']['id_number']}")
    unsealed = "SELECT count(*) FROM audit WHERE number IS NULL"
    eventually(lambda: county.rows("village", unsealed) == [(0,)])
    ((kept,),) = county.rows("village", "SELECT count(*) FROM audit")
    assert kept
    said = dict(line.split("：", 1) for line in county.command("audit", "check").splitlines())
    assert sorted(said) == sorted(NAMES)
    assert f"已封存{kept}条，全部相符" in said["village"]


def test_a_departments_own_system_goes_on_with_its_credentials(county: County):
    """The example program, with what it remembered, takes the order that was made of an unsent
    event.
    """
    new = [number for number in AFTER["orders"] if number not in BEFORE["orders"]]
    given = FACTS["credentials"]["housing"]
    said = subprocess.run(
        [
            sys.executable,
            ROOT / "examples" / "department_subscriber" / "subscriber.py",
            *("--once", "5", "--accept-only"),
            *("--state", county.home / "department-housing.json"),
        ],
        env=os.environ
        | {
            "BACKSTOP_KAFKA_BOOTSTRAP": county.engines.kafka.bootstrap,
            "BACKSTOP_KAFKA_USER": given["user"],
            "BACKSTOP_KAFKA_PASSWORD": given["password"],
            "BACKSTOP_DEPARTMENT": "housing",
            "BACKSTOP_COUNTY": FACTS["county"],
            "BACKSTOP_KEY_ID": given["kid"],
            "BACKSTOP_KEY": given["key"],
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    assert f"{new[0]} we answered: accepted" in said.stdout
    county.advance(county.clock())
    orders = {one["number"]: one["state"] for one in county.told("/dispatch/api/orders")}
    assert orders[new[0]] == "accepted"


def test_a_rotation_that_was_begun_is_finished(county: County):
    kafka, topic = county.engines.kafka, "backstop.department.education"
    old, new = FACTS["credentials"]["education"], FACTS["credentials"]["education-new"]
    for given in (old, new):
        assert read_as(kafka.as_user(given["user"], given["password"]), topic) == len(
            records(topic)
        )
    assert old["user"] in county.command("departments", "rotate", "education", "--finish")
    assert not serves(kafka.as_user(old["user"], old["password"]))
    assert serves(kafka.as_user(new["user"], new["password"]))


def test_deadlines_that_were_pending_fire(county: County):
    october = datetime.fromisoformat("2026-10-01T09:00:00+08:00")
    county.advance(october)
    fired = 0
    for service in SERVICES:
        state = {
            (name, about, at): (fired_at, error)
            for name, about, at, fired_at, error in county.rows(
                service, "SELECT name, about, at, fired_at, error FROM deadline"
            )
        }
        for name, about, at in FACTS["deadlines"][service]:
            key = (name, about, datetime.fromisoformat(at))
            if key not in state:
                continue  # what it waited for was done, and it was cancelled
            due = key[2] <= october
            assert (state[key][0] is not None, state[key][1]) == (due, None), (service, key)
            fired += due
    assert fired > 10
    for service in ("village", "unit", "county"):
        assert county.told(f"/{service}/api/months/2026-10"), service


def test_a_service_that_the_installation_has_not_yet_is_made_by_up(county: County):
    """Database, role, topic, principal and rights; and it hears what was said before it came."""
    county.stop()
    kafka, postgres = county.engines.kafka, county.engines.postgres
    drop_service(postgres, "unit")
    forget(kafka, "unit")
    assert len(missing(kafka, postgres, "unit")) == 5
    county.start()
    assert missing(kafka, postgres, "unit") == []
    assert county.told("/unit/api/work")["lag"] == 0
    [(households,)] = county.rows("unit", "SELECT count(*) FROM household")
    assert households == FACTS["rows"]["unit"]["household"]
    assert counted(postgres, "village")["household"] == households


def test_provision_and_migrate_on_an_existing_installation(county: County):
    """What compose runs at every `up`, on the databases as the release left them and without one
    service.
    """
    county.stop()
    kafka, postgres = county.engines.kafka, county.engines.postgres
    for service in NAMES:  # also those that the release had not yet
        drop_service(postgres, service)
    for service in ("unit", *NEW):
        forget(kafka, service)
    configure_topic(kafka, "backstop.village", "retention.ms", WEEK)
    restore_databases(postgres, [name for name in SERVICES if name != "unit"])
    assert len(missing(kafka, postgres, "unit")) == 5
    for _ in range(2):
        by_compose(county, "provision")
        assert missing(kafka, postgres, "unit") == []
        assert [databases.amiss(postgres, name) for name in NAMES] == [[]] * len(NAMES)
    assert set(retention(kafka).values()) == {YEAR}
    for service in NAMES:
        by_compose(county, "provision", "migrate", service)
        assert serves(kafka.as_user(service, VALUES[f"{service.upper()}_PASSWORD"])), service
        if service not in ("unit", *NEW):
            assert counted(postgres, service) == expected(service), service


def test_the_command_itself_opens_it(county: County):
    """`backstop up` as a process, on the machine's clock: whatever fell due since, it gets ready."""
    county.stop()
    process = Process(county.home)
    try:
        process.up()
        eventually(lambda: process.get("/health/ready").status_code == 200)
        signed = process.signed(PEOPLE[CLERK])

        def orders() -> set[str]:
            answer = process.get("/dispatch/api/orders", headers=signed)
            return {one["number"] for one in answer.json()}

        eventually(lambda: orders() >= set(AFTER["orders"]))  # unread events are heard first
    finally:
        process.child.terminate()
        process.child.wait(60)
