"""encryption: which keys the encrypted columns need"""

from alembic import op

from kit.database.migrations import chassis

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.execute(chassis("0011"))
