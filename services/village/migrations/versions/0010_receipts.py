"""chassis 0007: a dead letter keeps when it came"""

from alembic import op

from kit.database.migrations import chassis

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.execute(chassis("0007"))
