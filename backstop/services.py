"""Which services there are; each is imported only where it is at work."""

from functools import cache
from importlib import import_module

from kit.errors import NotFound
from kit.service import Service, assemble

NAMES = ("village", "unit", "county", "dispatch", "casework", "access")


@cache
def service_named(name: str) -> Service:
    """`NotFound` when there is none of that name."""
    if name not in NAMES:
        raise NotFound(f"没有叫“{name}”的服务；有：{'、'.join(NAMES)}。")
    return assemble(import_module(f"services.{name}.service"))


def titles() -> dict[str, str]:
    """name -> title, without the services' features."""
    return {name: import_module(f"services.{name}.service").TITLE for name in NAMES}


def every_service() -> tuple[Service, ...]:
    return tuple(map(service_named, NAMES))
