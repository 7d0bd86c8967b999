"""Random months in several processes at once, each with a county of its own on one PostgreSQL."""

import secrets
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
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
from tests.people.play import attack
from tests.people.world import World

# An autumn, and the turn of a year.
BEGINNINGS = date(2026, 9, 1), date(2026, 12, 1)


@dataclass
class Outcome:
    """What was played: how often what was done (the kind of thing, and which way), and the story of
    what failed.
    """

    months: int = 0
    acts: Counter[str] = field(default_factory=Counter)
    failure: str = ""


@contextmanager
def county_of_its_own(postgres: PostgresAccess, beginning: date) -> Iterator[World]:
    """Four fresh databases, and everybody in them."""
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
            engines[name] = make_engine(url, pool_size=2, patience=900)
        book = Book(state_council(), (load_pack("default"),))
        yield World(engines, Keyring.generate(), book, beginning)
    finally:
        for name, engine in engines.items():
            engine.dispose()
            drop_database(postgres, f"people_{name}_{run}")


def _play(postgres: PostgresAccess, months: int, seed: int, shrink: bool) -> Outcome:
    """In a process of its own."""
    outcome = Outcome(months)
    with county_of_its_own(postgres, BEGINNINGS[seed % len(BEGINNINGS)]) as world:
        try:
            attack(world, months, seed, outcome.acts, shrink=shrink)
        except Exception as error:
            outcome.failure = "".join(traceback.format_exception(error))
    return outcome


def play(
    postgres: PostgresAccess,
    months: int,
    seed: int,
    *,
    processes: int,
    piece: int,
    shrink: bool = True,
    said: Callable[[str], None] = print,
) -> Outcome:
    """`months` in pieces of so many, the first of them from `seed`, the next from `seed + 1` …; ends
    with the first that fails. `shrink`: make its story short, which takes minutes.
    """
    whole = Outcome()
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        pieces: dict[Future[Outcome], int] = {}
        for of, at in enumerate(range(0, months, piece), start=seed):
            pieces[pool.submit(_play, postgres, min(piece, months - at), of, shrink)] = of
        for done in as_completed(pieces):
            outcome = done.result()
            whole.months += outcome.months
            whole.acts += outcome.acts
            if outcome.failure:
                whole.failure = f"seed {pieces[done]}\n{outcome.failure}"
                pool.shutdown(cancel_futures=True)
                break
            said(f"{whole.months} months, seed {pieces[done]}: nobody was forgotten")
    return whole
