"""packs: kept as they were, and named with the hash of their content"""

from alembic import op

from kit.database.migrations import chassis

revision = "0004"
down_revision = "0003"

# Until now there were these two, and none of a county's own.
HASHES = {"default@1.0.0": "c89ae7abd244", "three-tier-2020@1.0.0": "b88cd6a44792"}


def upgrade() -> None:
    op.execute(chassis("0004"))
    for table in ("month", "unit_list"):
        for name, digits in HASHES.items():
            op.execute(f"UPDATE {table} SET pack = '{name}#{digits}' WHERE pack = '{name}'")
