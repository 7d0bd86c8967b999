"""What the services keep apart: whom a written mandate of a pack may free, and of what."""

from collections.abc import Iterator
from itertools import chain

from backstop.services import every_service
from kit.policy import Action, tables_of
from rulebook.packs import Pack
from rulebook.packs.loading import PackError


def actions() -> Iterator[tuple[str, Action]]:
    """Every action of every service's tables, with its name."""
    for service in every_service():
        routes = list(chain.from_iterable(router.routes for router in service.routers))
        yield from ((name, table[name]) for name, table in tables_of(routes).items())


def unused_mandates(pack: Pack, file: str) -> list[PackError]:
    """The mandates that free nobody: of a deed that nothing keeps apart, that no paper may free, or
    that is not this post's.
    """
    parted = {
        name: action.roles
        for name, action in actions()
        if action.apart and action.apart.deeds and action.apart.by_mandate
    }
    errors = []
    for index, mandate in enumerate(pack.mandates):
        key, roles = f"mandates[{index}]", parted.get(mandate.deed)
        if roles is None:
            known = "、".join(sorted(parted))
            errors.append(
                PackError(file, f"{key}.deed", f"用不到，没有哪个服务按它放开；可以是：{known}")
            )
        elif mandate.role and mandate.role not in roles:
            may = "、".join(roles)
            errors.append(PackError(file, f"{key}.role", f"用不到，这件事的岗位是：{may}"))
    return errors
