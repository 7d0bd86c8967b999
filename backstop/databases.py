"""A service's database as an administrator prepares it: its owner, its login, its tables."""

from sqlalchemy import NullPool, create_engine

from backstop.engines import Engines, PostgresAccess
from kit.database import rights
from kit.database.migrations import upgrade
from kit.service import Service


def migrate_as_owner(engines: Engines, service: Service, name: str, password: str) -> None:
    """Make what is missing of the database, its owner and the login of its name, and migrate. Can
    be repeated; an earlier release's database, which belonged to the login, changes hands.
    """
    engines.create_guarded_database(name, rights.owner_of(name), password)
    migrate(engines.postgres, service, name)


def migrate(postgres: PostgresAccess, service: Service, name: str) -> None:
    """Its tables, made and granted by the owner; `postgres` is an administrator's way in."""
    engine = create_engine(postgres.url(name), poolclass=NullPool)
    upgrade(engine, service.folder / "migrations", login=name)


def amiss(postgres: PostgresAccess, name: str) -> list[str]:
    """What of owner and rights in this database is not as it should be, in words."""
    engine = create_engine(postgres.url(name), poolclass=NullPool)
    with engine.connect() as connection:
        return rights.amiss(connection, name)
