"""identification: whose green channel was not made up in time"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.add_column(
        "identification_file",
        sa.Column("green_overdue", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.alter_column("identification_file", "green_overdue", server_default=None)
