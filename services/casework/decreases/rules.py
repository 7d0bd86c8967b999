"""When a natural decrease takes effect."""

from schemas.monitored import Decrease


def ends_now(decrease: Decrease, receiver: str | None) -> bool:
    """Who moved away stays until the other county takes over."""
    return decrease is not Decrease.MOVED_AWAY or bool(receiver)
