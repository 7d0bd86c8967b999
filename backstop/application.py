"""The four services at work in one process: the composition root."""

import asyncio
from collections.abc import MutableMapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import Engine

from backstop import topics
from backstop.accounts_of_links import adopt_at_start
from backstop.databases import migrate_as_owner
from backstop.engines import KafkaAccess, ensure_acls, ensure_user
from backstop.installation import Installation
from backstop.people import Accounts, clerk
from backstop.service_process import login_of, open_database, open_process
from backstop.services import every_service
from kit.access.people import People, people_of
from kit.access.renewing import Keeper
from kit.access.token import NOWHERE
from kit.clock import Clock, system_clock
from kit.prober import Prober
from kit.runtime import Runtime
from kit.service import OF_OTHERS, Service
from services.access.accounts.models import DEMO, SERVER


class Application:
    """Databases, topics, background work and web applications of one installation.

    `every`: seconds between two looks at the deadlines; None when somebody else moves the clock.
    `prefix` stands before every topic and database, so that several houses can share engines;
    `as_admin` skips the services' own principals (tests that are not about doors).
    """

    def __init__(
        self,
        installation: Installation,
        *,
        clock: Clock = system_clock,
        every: float | None = 30,
        prefix: str = "",
        services: Sequence[Service] | None = None,
        as_admin: bool = False,
    ) -> None:
        self.installation, self.clock, self.every = installation, clock, every
        self.prefix, self.services, self.as_admin = prefix, services or every_service(), as_admin
        self.runtimes: dict[str, Runtime] = {}
        self.apps: dict[str, FastAPI] = {}
        self._engines: list[Engine] = []
        self._prober: Prober | None = None

    async def start(self) -> None:
        """Bring databases and topics up to date and start every service's work; the engines run
        already.
        """
        await asyncio.to_thread(self.prepare)
        await asyncio.to_thread(self.accounts.install, [clerk(self.installation)])
        own = self.accounts
        await asyncio.to_thread(adopt_at_start, self.installation.home, own.sessions, self.clock())
        await asyncio.gather(*(runtime.start() for runtime in self.runtimes.values()))

    def prepare(self) -> None:
        """Topics and their settings, principals and what they may do, databases and their
        migrations; whatever an earlier release has not is made. Nothing is started.
        """
        kafka = self.installation.engines.kafka
        topics.ensure(kafka, [f"{self.prefix}backstop.{service.name}" for service in self.services])
        topics.raise_settings(kafka, prefix=self.prefix)
        with ThreadPoolExecutor() as pool:  # both engines at once
            passwords = [
                self.installation.password(self._name(service)) for service in self.services
            ]
            logins = [
                pool.submit(self._login, *pair, kafka)
                for pair in zip(self.services, passwords, strict=True)
            ]
            for service, password, login in zip(self.services, passwords, logins, strict=True):
                self._prepare_one(service, password, login)

    def _prepare_one(self, service: Service, password: str, login: Future[KafkaAccess]) -> None:
        application, name = self.installation, self._name(service)
        migrate_as_owner(application.engines, service, name, password)
        postgres = application.engines.postgres
        process = open_process(
            service,
            application,
            url=postgres.url(name, name, password),
            dsn=postgres.dsn(name, name, password),
            kafka=login_of(login.result(), self.prefix),
            clock=self.clock,
            every=self.every,
            keeper=self,
        )
        open_database(process, application)
        self._engines.append(process.engine)
        self.runtimes[service.name], self.apps[service.name] = process.runtime, process.app

    def _name(self, service: Service) -> str:
        """Of its database, its role and its secret."""
        return self.prefix.replace(".", "_") + service.name

    def _login(self, service: Service, password: str, kafka: KafkaAccess) -> KafkaAccess:
        """The service's own way in, and what it may do there."""
        if self.as_admin:
            return kafka
        user = self.prefix + service.name
        ensure_user(kafka, user, password)
        ensure_acls(
            kafka,
            user,
            # departments' topics: when they join
            read=[self.prefix + topic for topic in service.heard_of_ours],
            write=[f"{self.prefix}backstop.{service.name}"],
            group=[user, user + OF_OTHERS] if service.heard_of_others else user,
        )
        return kafka.as_user(user, password)

    def found_county(self, code: str) -> None:
        """The organisation workbook named the county: from now on every session, event and page
        carries it, and no token without a name is given any more.
        """
        application = self.installation
        named = {"named_at": self.clock()} if application.county == NOWHERE else {}
        application.found_county(code)
        for name, runtime in self.runtimes.items():
            runtime.county = code
            known = {"county": code, "book": application.book} | named
            runtime.sessions.configure(info=runtime.sessions.kw["info"] | known)
            self.apps[name].state.county = code

    async def sweep(self) -> None:
        """Fire what is due now."""
        for runtime in self.runtimes.values():
            await runtime.sweep()

    async def settle(self, timeout: float = 60, *, auth: httpx.Auth | None = None) -> None:
        """Wait until everything said has been heard; `TimeoutError` when nothing has moved for
        `timeout` seconds. In this process nobody has to be asked.
        """
        if self._prober is None:
            runtimes, login = self.runtimes.values(), login_of(self.installation.engines.kafka)
            prober = Prober(list(runtimes), login)
            await prober.start()
            self._prober = prober
        await self._prober.settle(timeout)

    async def stop(self) -> None:
        if self._prober:
            await self._prober.stop()
            self._prober = None
        await asyncio.gather(*(runtime.stop() for runtime in self.runtimes.values()))
        self.dispose()

    def dispose(self) -> None:
        for engine in self._engines:
            engine.dispose()

    async def door(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        """ASGI: `/village/…` to village and so on."""
        await self.apps[scope["path"].split("/")[1]](scope, receive, send)

    @property
    def keeper(self) -> Keeper:
        """Renews sessions, in this process."""
        return self

    async def renew(self, secret: str) -> str | None:
        return await self.accounts.renew(secret)

    @cached_property
    def accounts(self) -> Accounts:
        """Access's own commands, on its database."""
        sessions, signer = self.runtimes["access"].sessions, self.installation.signer
        came_from = DEMO if self.installation.demo else SERVER
        return Accounts(sessions, signer, self.clock, came_from)

    @property
    def people(self) -> People:
        """Whom the front door takes somebody for: what access knows of him."""
        return people_of(self.apps["access"].state)

    def client(self, auth: httpx.Auth) -> httpx.AsyncClient:
        """To the services' doors, in this process; `auth` signs every request."""
        transport = httpx.ASGITransport(app=self.door)
        return httpx.AsyncClient(transport=transport, base_url="http://backstop", auth=auth)

    @property
    def files(self) -> Path:
        return self.installation.out
