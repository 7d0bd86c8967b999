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
    pack_ids,
)
from rulebook.packs.schema import Pack

__all__ = [
    "Pack",
    "PackError",
    "PackInvalid",
    "check_pack_file",
    "load_pack",
    "load_pack_file",
    "pack_for",
    "pack_ids",
]


def pack_for(division_code: str, on: date, packs: Iterable[Pack] | None = None) -> Pack:
    """The rules of a division on the day of an event: the nearest region's, then the newest.

    Without `packs`, those that come with Backstop. `LookupError` with a Chinese text when none
    holds.
    """
    known = [load_pack(pack_id) for pack_id in pack_ids()] if packs is None else packs
    holding = [pack for pack in known if pack.holds(pad(division_code), on)]
    if not holding:
        raise LookupError(f"没有适用于{division_code}在{on}的政策包")
    return max(holding, key=lambda pack: (len(pack.region_code), pack.valid_from, pack.version))
