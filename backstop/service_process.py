"""One service at work: its database, its principal, its background work, its web application."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from sqlalchemy import Connection, Engine
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from backstop.engines import KafkaAccess
from backstop.engines.settings import read
from backstop.installation import Installation
from backstop.settings import Settings, network_of
from backstop.shell import make_shell
from kit import health, packs, telemetry
from kit.access.renewing import Keeper
from kit.app import make_app
from kit.clock import Clock, local_date
from kit.database.reencryption import prove
from kit.database.sessions import make_engine, make_sessions
from kit.errors import Refused
from kit.messaging.kafka import KafkaLogin
from kit.policy import Action, Policy, allow, anywhere
from kit.runtime import Runtime
from kit.service import Service
from rulebook.book import name_codes
from rulebook.packs import pack_from
from rulebook.senders import SENDERS

if TYPE_CHECKING:
    from services.access.oidc import Provider

SIGNS = "access"
OPERATION = Policy(
    # Numbers alone: whoever imports waits until all of it was heard.
    work=Action("看系统的运行情况", allow(*SENDERS, to=anywhere))
)


@dataclass(frozen=True)
class ServiceProcess:
    """What `open_process` made; `runtime` is not started yet."""

    service: Service
    engine: Engine
    runtime: Runtime
    app: FastAPI


def _sessions(
    service: Service, engine: Engine, installation: Installation
) -> sessionmaker[Session]:
    """Access alone is handed what signs tokens."""
    ring, county, book = installation.keyring, installation.county, installation.book
    if service.name == SIGNS:
        return make_sessions(engine, ring, county, book=book, signer=installation.signer)
    return make_sessions(engine, ring, county, book=book)


def open_process(
    service: Service,
    installation: Installation,
    *,
    url: str,
    dsn: str,
    kafka: KafkaLogin,
    clock: Clock,
    every: float | None,
    keeper: Keeper,
) -> ServiceProcess:
    """Put a service together. `url` (SQLAlchemy) and `dsn` (libpq) lead to its own database."""
    engine = make_engine(url, field_keys=installation.field_keys)
    sessions = _sessions(service, engine, installation)
    given: dict[str, Any] = {"sessions": sessions, "clock": clock, "county": installation.county}
    runtime = Runtime(
        service,
        engine=engine,
        dsn=dsn,
        kafka=kafka,
        every=every,
        heads=installation.audit_heads,
        **given,
    )
    app = make_app(
        service,
        keyring=installation.keyring,
        shell=make_shell(demo=installation.demo),
        network=network_of(read()),
        keeper=keeper,
        **given,
    )
    app.state.provider = provider_of(read()) if service.name == SIGNS else None
    app.state.runtimes = [runtime]
    app.include_router(health.probes)
    app.include_router(health.desk(OPERATION), prefix=f"/{service.name}/api")
    telemetry.watch(app)
    return ServiceProcess(service, engine, runtime, app)


def provider_of(settings: Settings) -> "Provider | None":
    """The county's identity provider, where it has one."""
    if settings.provider is None:
        return None
    from services.access.oidc import Provider  # the other services do not import it

    file = settings.provider_secret
    secret = file.read_text(encoding="utf-8").strip() if file else None
    return Provider(settings.provider, settings.provider_client, secret, settings.provider_claim)


def open_database(process: ServiceProcess, installation: Installation) -> None:
    """The migrated database opens with our field keys (`FieldKeyMissing`) and keeps the packs in
    force; `Refused` when one that was used has changed, or when its accounts are a demo's.
    """
    prove(process.engine)
    if process.service.name == SIGNS and not installation.demo:
        refuse_demo(process.runtime.sessions)
    with process.engine.begin() as connection:
        packs.keep(connection, installation.book.packs, local_date(process.runtime.clock()))
        name_kept_codes(connection, installation)


def refuse_demo(sessions: sessionmaker[Session]) -> None:
    """Who may be anybody in a demo is nobody outside it, wherever its database was brought."""
    from services.access.accounts.queries import of_demo  # the other services do not import it

    with sessions() as session:
        if of_demo(session):
            raise Refused(
                "这个数据库里是演示的账号，不能当正式安装用。请换一个空的文件夹或数据库。"
            )


def name_kept_codes(connection: Connection, installation: Installation) -> None:
    """Causes and gap items that only an older pack had are known too: rows may have them."""
    name_codes([*map(pack_from, packs.kept(connection)), *installation.book.packs])


def login_of(access: KafkaAccess, prefix: str = "") -> KafkaLogin:
    """The engines' way in as the kit's."""
    return KafkaLogin(
        access.bootstrap,
        access.user or "",
        access.password or "",
        prefix,
        access.tls,
        access.ca_file,
    )
