"""packs: kept as they were, and named with the hash of their content"""

from alembic import op

from kit.database.migrations import chassis

revision = "0005"
down_revision = "0004"

# Until now there were these two, and none of a county's own.
HASHES = {"default@1.0.0": "c89ae7abd244", "three-tier-2020@1.0.0": "b88cd6a44792"}


def upgrade() -> None:
    op.execute(chassis("0004"))
    for name, digits in HASHES.items():
        op.execute(f"UPDATE dispatch_order SET pack_ref = '{name}#{digits}' WHERE pack_ref = '{name}'")
