"""Who a token stands for, asked of access: for the front door, which has no database."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

import httpx
from pydantic import ValidationError

from kit.access.door import Me
from kit.access.people import FRESH, MOST, Caller
from kit.access.token import SKEW, Why

PATIENCE = 2.0  # seconds


@dataclass
class Asked:
    """`address`: where access is reached, e.g. `http://proxy:8080`; `transport`: another way there."""

    address: str
    transport: httpx.AsyncBaseTransport | None = None
    _seen: dict[str, tuple[float, Caller]] = field(default_factory=dict)

    async def caller(self, token: str, now: datetime, late: timedelta = timedelta()) -> Caller:
        """As access said within two seconds; as it said last while it is away."""
        at, last = self._seen.get(token, (float("-inf"), None))
        if last is None or monotonic() - at > FRESH:
            last = await self._ask(token) or last
        if last is None:
            return Caller(why=Why.AWAY)
        if last.actor and last.expires and now > last.expires + SKEW + late:
            return Caller(why=Why.EXPIRED, account=last.account, expires=last.expires)
        return last

    async def _ask(self, token: str) -> Caller | None:
        """None: nobody answered. An expired token is told by the clock alone: what was known of it
        stays.
        """
        headers = {"authorization": f"Bearer {token}"}
        try:
            async with httpx.AsyncClient(
                base_url=self.address, timeout=PATIENCE, transport=self.transport
            ) as client:
                answer = await client.get("/access/api/me", headers=headers)
            found = _read(answer, token)
        except (httpx.HTTPError, ValidationError, ValueError):
            return None
        if found is None or (found.why is Why.EXPIRED and token in self._seen):
            return None
        if len(self._seen) >= MOST:
            self._seen.clear()
        self._seen[token] = monotonic(), found
        return found


def _read(answer: httpx.Response, token: str) -> Caller | None:
    if answer.is_success:
        me = Me.model_validate_json(answer.content)
        return Caller(me.actor, account=me.account, expires=me.expires, token=token)
    if answer.status_code == 401:
        return Caller(why=Why(answer.json().get("why", Why.ENDED)))
    return None
