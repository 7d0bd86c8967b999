"""idempotency: what was done under a key, and its answer"""

from alembic import op

from kit.database.migrations import chassis

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.execute(chassis("0009"))
