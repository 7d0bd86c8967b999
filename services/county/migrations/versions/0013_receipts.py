"""chassis 0007: a dead letter keeps when it came"""

from alembic import op

from kit.database.migrations import chassis

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.execute(chassis("0007"))
