"""purpose: what for somebody saw a number that is hidden from him"""

from alembic import op

from kit.database.migrations import chassis

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.execute(chassis("0012"))
