"""dispatch: who issued an order"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("dispatch_order", sa.Column("issued_by", sa.String(), nullable=True))
