"""chassis 0008: a dead letter keeps when it came"""

from alembic import op

from kit.database.migrations import chassis

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.execute(chassis("0008"))
