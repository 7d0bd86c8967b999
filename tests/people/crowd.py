"""Random months in several processes at once, each with a county of its own on one PostgreSQL."""

import gc
import secrets
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from datetime import date
from multiprocessing import get_context

from sqlalchemy import create_engine

from backstop.engines import PostgresAccess, drop_database, ensure_database
from backstop.services import NAMES, service_named
from kit.database.migrations import upgrade
from kit.database.sessions import make_engine
from kit.seal import Keyring
from rulebook.book import Book
from rulebook.calendar import state_council
from rulebook.packs import load_pack
from tests.helpers.field_keys import FIELD_KEYS
from tests.people.play import Outcome, attack
from tests.people.world import World

KEYRING = Keyring({"county-people": bytes(32)}, "county-people", bytes(32))
PIECE = 50  # months of one seed
# An autumn, and the turn of a year.
BEGINNINGS = date(2026, 9, 1), date(2026, 12, 1)


@contextmanager
def county_of_its_own(postgres: PostgresAccess, beginning: date) -> Iterator[World]:
    """Fresh databases, and everybody in them."""
    run = secrets.token_hex(4)
    engines = {}
    try:
        for name in NAMES:
            database = f"people_{name}_{run}"
            ensure_database(postgres, database, postgres.user)
            url, folder = postgres.url(database), service_named(name).folder / "migrations"
            migrating = create_engine(url)
            upgrade(migrating, folder)
            migrating.dispose()
            engines[name] = make_engine(url, field_keys=FIELD_KEYS, pool_size=2, patience=900)
        book = Book(state_council(), (load_pack("default"),))
        yield World(engines, KEYRING, book, beginning)
    finally:
        for name, engine in engines.items():
            engine.dispose()
            drop_database(postgres, f"people_{name}_{run}")


def _play(postgres: PostgresAccess, months: int, seed: int) -> Outcome:
    """In a process of its own."""
    gc.freeze()
    gc.set_threshold(50_000)  # statements are built by the thousand, and few go round in a circle
    outcome = Outcome()
    with county_of_its_own(postgres, BEGINNINGS[seed % len(BEGINNINGS)]) as world:
        try:
            attack(world, months, seed, outcome)
        except Exception as error:
            story = "".join(traceback.format_exception(error))
            outcome.failures.append(f"seed {seed}\n{story}")
    return outcome


def play(
    postgres: PostgresAccess,
    months: int,
    seed: int,
    *,
    processes: int,
    said: Callable[[str], None] = print,
) -> Outcome:
    """`months` in pieces, the first of them from `seed`, the next from `seed + 1` …; a piece ends with
    the first example that fails.
    """
    whole = Outcome()
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        pieces = {
            pool.submit(_play, postgres, min(PIECE, months - at), of): of
            for of, at in enumerate(range(0, months, PIECE), start=seed)
        }
        for done in as_completed(pieces):
            outcome = done.result()
            whole.add(outcome)
            verdict = "somebody was forgotten" if outcome.failures else "nobody was forgotten"
            said(f"{whole.months} months, seed {pieces[done]}: {verdict}")
    return whole
