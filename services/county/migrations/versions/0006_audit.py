"""audit: who did what, sealed in a chain"""

from alembic import op

from kit.database.migrations import chassis

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.execute(chassis("0005"))
