"""traces"""

from alembic import op

from kit.database.migrations import chassis

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute(chassis(revision))
