"""closing: what ended, and who answers for it"""

from alembic import op

from kit.database.migrations import chassis

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.execute(chassis("0006"))
