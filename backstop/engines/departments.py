"""The listener for departments' own systems: its address, its certificate, Kafka's settings for it.

The certificate is made by an authority of the installation's own, whose public part departments are
handed, or is given by a setting. Files below one folder: `ca.crt` (to hand over), `ca.key`,
`server.pem` (Kafka's: private key and certificates).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from backstop.engines.errors import EngineError
from backstop.engines.private import make_folder, write_private

PORT = 9094
AUTHORITY, SERVER = timedelta(days=3650), timedelta(days=397)
RENEW = timedelta(days=90)  # before its end; `backstop up` looks at each start
MOST_CONNECTIONS, MOST_A_SECOND = 100, 20
# How departments log in here. Kafka keeps a user's password per mechanism, and only theirs are known
# by this one: the services' and the administrator's open nothing here (decisions/0013).
MECHANISM = "SCRAM-SHA-256"
LISTENER = """
# Departments' own systems: TLS, a login that only departments have, what the ACLs of a department allow.
listeners=CLIENT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port},DEPARTMENTS://{address}
advertised.listeners=CLIENT://127.0.0.1:{port},DEPARTMENTS://{address}
listener.security.protocol.map=CONTROLLER:SASL_PLAINTEXT,CLIENT:SASL_PLAINTEXT,DEPARTMENTS:SASL_SSL
listener.name.departments.sasl.enabled.mechanisms=SCRAM-SHA-256
listener.name.departments.scram-sha-256.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.departments.ssl.enabled.protocols=TLSv1.3,TLSv1.2
listener.name.departments.ssl.keystore.type=PEM
listener.name.departments.ssl.keystore.location={keystore}
listener.name.departments.max.connections={most}
listener.name.departments.max.connection.creation.rate={rate}
"""


@dataclass(frozen=True)
class Address:
    """Where departments find Kafka, and where it listens for them: one of this machine's."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """`host`, `host:port`, `[IPv6]:port`."""
        bracketed, _, rest = text.strip().rpartition("]")
        host, _, port = rest.partition(":") if not bracketed else (bracketed[1:], "", rest[1:])
        try:
            number = int(port or PORT)
        except ValueError:
            number = 0
        if not host or not 0 < number < 65536 or host in ("0.0.0.0", "::"):
            raise EngineError(
                f"部门接入的地址写得不对：{text}。应当是部门要连接的地址和端口，例如 10.1.2.3:{PORT}。",
                f"The departments' address must be one they can reach, as 10.1.2.3:{PORT}.",
            )
        return cls(host, number)

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def listener(address: Address, keystore: str, ports: dict[str, int]) -> str:
    """What stands after the other settings: of two lines of one name Kafka takes the last."""
    return LISTENER.format(
        address=address, keystore=keystore, most=MOST_CONNECTIONS, rate=MOST_A_SECOND, **ports
    )


def certificate(folder: Path, host: str, given: Path | None = None, *, renew: bool = False) -> Path:
    """Kafka's file: made, or made again where it ends soon, is another host's, or `renew`; a given
    one is checked and taken.
    """
    path, now = make_folder(folder) / "server.pem", datetime.now(UTC)
    if given:
        write_private(path, _checked(given, host, now))
    elif renew or not _holds(path, host, now):
        write_private(path, _issue(folder, host, now))
    return path


def ends(path: Path) -> datetime:
    """Until when the server's certificate is valid; aware."""
    return x509.load_pem_x509_certificates(path.read_bytes())[0].not_valid_after_utc


def _holds(path: Path, host: str, now: datetime) -> bool:
    try:
        certificate = x509.load_pem_x509_certificates(path.read_bytes())[0]
    except (FileNotFoundError, ValueError):
        return False
    return certificate.not_valid_after_utc - now > RENEW and _names(certificate, host)


def _names(certificate: x509.Certificate, host: str) -> bool:
    """Whether a client that asks for this host is content."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return False
    addresses = {str(address) for address in names.get_values_for_type(x509.IPAddress)}
    domains = set(names.get_values_for_type(x509.DNSName))
    return bool({host, "*." + host.partition(".")[2]} & domains) or host in addresses


def _checked(given: Path, host: str, now: datetime) -> str:
    """A key and its certificates, the server's first, as Kafka reads them (PKCS 8)."""
    try:
        text = given.read_bytes()
        key = serialization.load_pem_private_key(text, None)
        chain = x509.load_pem_x509_certificates(text)
    except (OSError, ValueError, TypeError) as error:
        raise EngineError(
            f"读不了部门接入的证书 {given}：应当是一个 PEM 文件，里面有不加密的私钥和证书（服务器证书在前）。",
            f"{given} must be a PEM file with an unencrypted key and the certificates.",
            str(error),
        ) from error
    if chain[0].public_key() != key.public_key():
        raise EngineError(
            f"{given} 里的私钥和第一张证书不是一对。",
            f"The key in {given} is not that of the first certificate.",
        )
    if now >= chain[0].not_valid_after_utc or not _names(chain[0], host):
        raise EngineError(
            f"{given} 里的证书不能用：有效期到 {chain[0].not_valid_after_utc:%Y-%m-%d}，而且要写有 {host}。",
            f"The certificate in {given} has ended or does not name {host}.",
        )
    return _pem(key, *chain)  # type: ignore[arg-type]


def _issue(folder: Path, host: str, now: datetime) -> str:
    authority, key = _authority(folder, now)
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())
    own = ec.generate_private_key(ec.SECP256R1())
    try:
        name: x509.GeneralName = x509.IPAddress(ip_address(host))
    except ValueError:
        name = x509.DNSName(host)
    made = (
        _builder(host, authority.subject, own.public_key(), now, SERVER)
        .add_extension(x509.SubjectAlternativeName([name]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(issuer, critical=False)
        .sign(key, hashes.SHA256())
    )
    return _pem(own, made)


def _authority(folder: Path, now: datetime) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """The installation's own, made when first asked for."""
    public, private = folder / "ca.crt", folder / "ca.key"
    if not private.exists():
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Backstop departments CA")])
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        made = (
            _builder("Backstop departments CA", name, key.public_key(), now, AUTHORITY)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
            .sign(key, hashes.SHA256())
        )
        write_private(public, made.public_bytes(serialization.Encoding.PEM).decode())
        write_private(private, _pem(key))
    loaded = serialization.load_pem_private_key(private.read_bytes(), None)
    assert isinstance(loaded, ec.EllipticCurvePrivateKey)
    return x509.load_pem_x509_certificate(public.read_bytes()), loaded


def _builder(
    subject: str, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, valid: timedelta
) -> x509.CertificateBuilder:
    return x509.CertificateBuilder(
        issuer_name=issuer,
        subject_name=x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]),
        public_key=key,
        serial_number=x509.random_serial_number(),
        not_valid_before=now - timedelta(hours=1),  # a client's clock may be behind
        not_valid_after=now + valid,
    )


def _pem(key: CertificateIssuerPrivateKeyTypes, *chain: x509.Certificate) -> str:
    form = (
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    texts = [key.private_bytes(*form), *(one.public_bytes(form[0]) for one in chain)]
    return b"".join(texts).decode("ascii")
