"""letters: counted by kind; of what others send the first of a kind are kept"""

from alembic import op

from kit.database.migrations import chassis

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.execute(chassis("0007"))
