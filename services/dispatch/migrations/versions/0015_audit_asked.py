"""audit: for whom somebody acted, and asked by object, account and period"""

from alembic import op

from kit.database.migrations import chassis

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.execute(chassis("0010"))
