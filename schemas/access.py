"""Events that access publishes: who has an account, in which posts he acts, which sessions ended, and
the public keys by which a token is told from a forged one.

They carry state, not steps: whoever hears the last one of an aggregate knows all of it.
"""

from datetime import date, datetime
from typing import Annotated

from schemas.codes import Role
from schemas.event import Event, Seals, Value
from schemas.texts import Code, Sealed
from schemas.values import Name

TOPIC = "backstop.access"


class Post(Value):
    """Where somebody acts as what. `until` is the last day; both days are Shanghai's."""

    id: Code
    role: Role
    place: Code
    since: date
    until: date | None = None
    deputy_for: Code | None = None  # the account whose post this is, while he is away
    active: bool = True  # False: proposed and not confirmed, or taken back


class AccountChanged(Event, type="access.account.changed.v1", topic=TOPIC, about="account"):
    """All posts there are, also those that ended: whatever is not here is no post of his."""

    account: Code
    sealed: Annotated[Sealed, Seals(Name)]
    active: bool
    posts: tuple[Post, ...]


class SessionEnded(Event, type="access.session.ended.v1", topic=TOPIC, about="account"):
    """Signed out, withdrawn, or shut out from above; its tokens are refused from now on."""

    account: Code
    session: Code


class SigningKeyPublished(Event, type="access.signing-key.published.v1", topic=TOPIC, about="key"):
    """A public key (Ed25519, as a JWK's `x`). No token that it signed is one after `valid_until`."""

    key: Code  # the JWK's `kid`
    x: Code
    valid_from: datetime
    valid_until: datetime | None = None
