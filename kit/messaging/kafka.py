"""Where the broker is, and as whom a service goes there."""

import ssl
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from faststream.security import SASLScram512


@dataclass(frozen=True)
class KafkaLogin:
    """`prefix` stands before topics and groups. With `tls` the broker must show a certificate that
    `ca_file` (or the machine's authorities) vouches for.
    """

    bootstrap: str
    user: str
    password: str = field(repr=False)
    prefix: str = ""
    tls: bool = False
    ca_file: str | None = None

    @cached_property
    def context(self) -> ssl.SSLContext | None:
        return ssl.create_default_context(cafile=self.ca_file) if self.tls else None

    @property
    def servers(self) -> list[str]:
        """For a FastStream broker, which takes one text for one server."""
        return self.bootstrap.split(",")

    @property
    def security(self) -> SASLScram512:
        """For a FastStream broker."""
        return SASLScram512(
            username=self.user, password=self.password, use_ssl=self.tls, ssl_context=self.context
        )

    def options(self) -> dict[str, Any]:
        """For any aiokafka client."""
        return {
            "bootstrap_servers": self.bootstrap,
            "security_protocol": "SASL_SSL" if self.tls else "SASL_PLAINTEXT",
            "sasl_mechanism": "SCRAM-SHA-512",
            "sasl_plain_username": self.user,
            "sasl_plain_password": self.password,
            "ssl_context": self.context,
        }
