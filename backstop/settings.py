"""All that the environment may say. `docs/operations.md` has the same table; a test keeps the two
alike.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, IPvAnyNetwork, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from backstop.services import NAMES
from kit.network import LOOPBACK, Network
from rulebook.divisions import county_of


class Settings(BaseSettings):
    """Read anew wherever it is made; an empty variable counts as none. Each field's description is
    the docs' text.
    """

    model_config = SettingsConfigDict(env_prefix="BACKSTOP_", env_ignore_empty=True, extra="ignore")

    home: Path = Field(
        default=Path("var"), description="the installation's folder: engines, secrets, files"
    )
    county: str | None = Field(
        default=None,
        description="the county's 12-digit division code; without it the organisation workbook says it",
    )
    keyring: Path | None = Field(
        default=None,
        description="file with the county's keys (`backstop keys`); without it one is made below the home folder",
    )
    field_keys: Path | None = Field(
        default=None,
        description="file with the keys of encrypted columns (`backstop field-keys make`); without it one is made below the home folder",
    )
    packs: Annotated[tuple[str, ...], NoDecode] = Field(
        default=("default",),
        description="shipped policy packs in force, separated by commas; the county's own always are",
    )
    packs_folder: Path | None = Field(
        default=None,
        description="folder with the county's own policy packs; without it `packs` below the home folder",
    )

    kafka_bootstrap: str | None = Field(
        default=None, description="an existing Kafka (host:port, …); none is started then"
    )
    kafka_user: str | None = Field(default=None, description="principal there (SCRAM-SHA-512)")
    kafka_password: SecretStr | None = Field(default=None, description="its password")
    kafka_tls: bool = Field(default=False, description="whether that Kafka speaks TLS")
    kafka_ca: str | None = Field(
        default=None, description="file with the certificate of its authority; switches TLS on"
    )
    departments: str | None = Field(
        default=None,
        description="host:port at which departments' own systems reach Kafka over TLS; `backstop up` listens there, beside 127.0.0.1",
    )
    departments_certificate: Path | None = Field(
        default=None,
        description="PEM file with that listener's key and certificates; without it an authority of the installation's own makes one",
    )
    partitions: int = Field(default=3, ge=1, description="partitions of a new topic")
    replicas: int = Field(
        default=1, ge=1, description="copies of each partition; 3 on a cluster of three"
    )
    database_url: SecretStr | None = Field(
        default=None,
        description="an existing PostgreSQL, `postgresql://user:password@host:port/database`; none is started then. For `backstop run` the service's own database",
    )
    token_keys: Path | None = Field(
        default=None,
        description="file with the keys that sign tokens; only access and the command line need it. Default: made below the installation",
    )
    provider: str | None = Field(
        default=None,
        description="the issuer of the county's identity provider (OpenID Connect), where it has one; with its redirect address `<public address>/access/provider/answer`",
    )
    provider_client: str = Field(default="backstop", description="our client id there")
    provider_secret: Path | None = Field(
        default=None, description="file with our secret there; without it we are a public client"
    )
    provider_claim: str = Field(
        default="sub", description="which of its claims names a person for good"
    )
    service_passwords: SecretStr | None = Field(
        default=None,
        description=f"for `backstop provision`: `{','.join(f'{name}=…' for name in NAMES)}`",
    )

    audit_heads: Path | None = Field(
        default=None,
        description="folder in which each service writes down the head of its audit once a day; without it `audit-heads` below the home folder",
    )
    host: str = Field(default="127.0.0.1", description="address on which `backstop run` listens")
    port: int = Field(default=8000, description="its port")
    address: str = Field(
        default="http://127.0.0.1:8000",
        description="where the reverse proxy is: the front door asks the services there, and each service the others for its first page",
    )
    public_address: str | None = Field(
        default=None,
        description="the same as people's browsers see it, for the first link; default: the address",
    )
    operators: Annotated[tuple[IPvAnyNetwork, ...], NoDecode] = Field(
        default=LOOPBACK,
        description="networks, separated by commas, from which `/metrics` and the details of `/health` are read, directly and through no proxy",
    )
    sweep: float = Field(default=30, gt=0, description="seconds between two looks at the deadlines")
    clock: Path | None = Field(
        default=None,
        description="for rehearsals only: a file with the moment that is taken for now",
    )
    log: Literal["text", "json"] = Field(default="text", description="how log lines are written")

    maven_mirror: str | None = Field(
        default=None, description="a Maven repository to fetch Kafka's jars from"
    )
    jars: Path | None = Field(
        default=None, description="a folder that has Kafka's jars already (closed networks)"
    )
    cache: Path | None = Field(default=None, description="where fetched jars are kept")
    postgres_os_user: str = Field(
        default="nobody", description="whom PostgreSQL runs as when we are root"
    )

    @field_validator("packs", "operators", mode="before")
    @classmethod
    def _by_comma(cls, value: object) -> object:
        return (
            tuple(part.strip() for part in value.split(",") if part.strip())
            if isinstance(value, str)
            else value
        )

    @field_validator("county")
    @classmethod
    def _a_county(cls, value: str | None) -> str | None:
        if value and (len(value) != 12 or not value.isdigit() or county_of(value) != value):
            raise ValueError("a county has a division code of twelve digits that ends in six zeros")
        return value


def network_of(settings: Settings) -> Network:
    """How the installation stands in its network."""
    return Network(settings.public_address or "", settings.operators)
