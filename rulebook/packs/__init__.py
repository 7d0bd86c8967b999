"""Policy packs: one place's rules for one period, each value with its source (docs/domain B).

The packs shipped are examples drawn from public documents, not any place's official configuration.
"""

from collections.abc import Iterable
from datetime import date

from rulebook.divisions import pad
from rulebook.packs.loading import (
    PackError,
    PackInvalid,
    check_pack_file,
    load_pack,
    load_pack_file,
    own_files,
    pack_from,
    pack_ids,
    shipped,
    shipped_packs,
)
from rulebook.packs.schema import Pack, is_unused

__all__ = [
    "NoPack",
    "Pack",
    "PackError",
    "PackInvalid",
    "check_pack_file",
    "clashes",
    "is_unused",
    "load_pack",
    "load_pack_file",
    "own_files",
    "pack_for",
    "pack_from",
    "pack_ids",
    "shipped",
    "shipped_packs",
]


class NoPack(LookupError):
    """No pack holds at that place on that day."""


def pack_for(division_code: str, on: date, packs: Iterable[Pack]) -> Pack:
    """The rules of a division on the day of an event: the nearest region's, then the newest.

    `NoPack` with a Chinese text when none holds.
    """
    holding = [pack for pack in packs if pack.holds(pad(division_code), on)]
    if not holding:
        raise NoPack(f"没有适用于{division_code}在{on}的政策包")
    return max(holding, key=lambda pack: (len(pack.region_code), pack.valid_from, pack.age))


def clashes(packs: Iterable[Pack]) -> list[PackError]:
    """Packs between which `pack_for` could not choose: of two names, for one place, from one day on."""
    first: dict[tuple[str, date], Pack] = {}
    errors = []
    for pack in packs:
        other = first.setdefault((pack.region_code, pack.valid_from), pack)
        if other.pack_id != pack.pack_id:
            reason = (
                f"与{other.name}适用于同一地区、从同一天起，请改其中一个的valid_from；"
                "随附的只能启用其中一个（BACKSTOP_PACKS）"
            )
            errors.append(PackError(f"{pack.name}.toml", "valid_from", reason))
    return errors
