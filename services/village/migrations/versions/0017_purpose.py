"""purpose: what for somebody saw a number that is hidden from him"""

from alembic import op

from kit.database.migrations import chassis

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.execute(chassis("0012"))
