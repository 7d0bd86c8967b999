"""Access as the composition root uses it: accounts that the server itself has, and sessions of who sits
in the same process. Everything goes through access's own commands.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool

from backstop.installation import Installation
from kit import audit
from kit.access.keys import Signer
from kit.access.passing import Minted, Passed
from kit.access.renewing import Away
from kit.actor import Actor
from kit.clock import Clock
from kit.web import cookies
from schemas.codes import Role
from services.access.accounts.commands import COMMAND_LINE, install_account
from services.access.accounts.models import SERVER
from services.access.cards.commands import servers_card
from services.access.keys.commands import publish
from services.access.sessions import commands as sessions_commands
from services.access.sessions import queries
from services.access.sessions.rules import Kind

FIRST = "administrator"  # in 0.1.0 too


def administrator(installation: Installation) -> Actor:
    """The first one; whoever gets the server's own link."""
    return Actor(FIRST, "系统管理员", Role.ADMINISTRATOR, installation.county)


def clerk(installation: Installation) -> Actor:
    """Whoever sits at the machine: the county office's clerk, who may enter and never sign."""
    return Actor("command-line", "命令行导入", Role.COUNTY_CLERK, installation.county)


def token(signer: Signer, actor: Actor, now: datetime) -> str:
    """Of an account that was installed: its post and its session are called as it is."""
    return signer.sign(actor.account, actor.account, actor.account, now)


@dataclass
class Accounts:
    """On access's database."""

    sessions: sessionmaker[Session]
    signer: Signer
    clock: Clock
    came_from: str = SERVER

    def install(self, actors: Iterable[Actor]) -> None:
        """They may act from the moment at which the services have heard of them."""
        with self.sessions.begin() as session:
            for actor in actors:
                self._install(session, actor)

    def _install(self, session: Session, actor: Actor) -> None:
        install_account(session, actor, now=self.clock(), came_from=self.came_from)

    def publish_keys(self) -> None:
        with self.sessions.begin() as session:
            publish(session, self.signer.published())

    def card(self, actor: Actor) -> str:
        """What stands on a fresh card of an installed account; `Conflict` where that was closed."""
        with self.sessions.begin() as session:
            self._install(session, actor)
            now, about = self.clock(), f"account:{actor.account}"
            audit.note(session, now, "hand_out_card", COMMAND_LINE, about)
            return servers_card(session, actor.account, now=now)

    def open(self, actor: Actor) -> tuple[str, str]:
        """A session of an installed account: its secret and a token; the demo's sign-in."""
        with self.sessions.begin() as session:
            now = self.clock()
            self._install(session, actor)
            secret = sessions_commands.open_session(
                session, actor.account, actor.account, Kind.COMMAND, now
            )
            claims = sessions_commands.renew(session, secret, now)
            assert claims
            return secret, self.signer.sign(*claims, now)

    @contextmanager
    def sitting(self, actor: Actor) -> Iterator[Passed]:
        """Requests in the name of an installed account, for as long as they take; then its session
        ends. Where the database is gone by then it stays, with a secret that nobody has.
        """
        secret, token = self.open(actor)
        try:
            yield Passed(token, {cookies.TOKEN: token, cookies.SESSION: secret})
        finally:
            with suppress(SQLAlchemyError):
                self._end(secret)

    def _end(self, secret: str) -> None:
        with self.sessions.begin() as session:
            now = self.clock()
            if row := queries.living(session, secret, now):
                sessions_commands.end(session, [row], by=row.account, now=now)

    def signs(self, actor: Actor) -> Minted:
        """Requests in the name of an installed account."""
        return Minted(lambda: token(self.signer, actor, self.clock()))

    async def renew(self, secret: str) -> str | None:
        """As `kit.access.renewing.Keeper`, in this process; `Away` without access's database."""
        try:
            return await run_in_threadpool(self._renew, secret)
        except SQLAlchemyError as error:
            raise Away from error

    def _renew(self, secret: str) -> str | None:
        with self.sessions.begin() as session:
            claims = sessions_commands.renew(session, secret, self.clock())
            return self.signer.sign(*claims, self.clock()) if claims else None
