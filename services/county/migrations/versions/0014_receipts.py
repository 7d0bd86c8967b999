"""chassis 0008: a dead letter keeps when it came"""

from alembic import op

from kit.database.migrations import chassis

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.execute(chassis("0008"))
