"""Certificates for servers on this machine, made for one run of the tests."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from backstop.engines.private import write_private


class Authority:
    """Makes certificates for 127.0.0.1; `file` is what clients trust."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.file = folder / f"{name}.pem"
        mine = self._certificate(self.name, self.key, x509.BasicConstraints(ca=True, path_length=0))
        self.file.write_bytes(mine.public_bytes(serialization.Encoding.PEM))

    def certify(self, path: Path, name: str) -> Path:
        """Write a private key and its certificate into one PEM file."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        theirs = self._certificate(
            subject, key, x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
        )
        form = (
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        text = key.private_bytes(*form) + theirs.public_bytes(serialization.Encoding.PEM)
        write_private(path, text.decode("ascii"))
        return path

    def _certificate(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, extension: x509.ExtensionType
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        builder = x509.CertificateBuilder(
            issuer_name=self.name,
            subject_name=subject,
            public_key=key.public_key(),
            serial_number=x509.random_serial_number(),
            not_valid_before=now - timedelta(hours=1),
            not_valid_after=now + timedelta(days=1),
        )
        return builder.add_extension(extension, critical=False).sign(self.key, hashes.SHA256())
