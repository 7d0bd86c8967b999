"""figures: who answers for a department, first and directly"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    for name in ("head", "officer"):
        column = sa.Column(name, sa.String(), nullable=False, server_default="")
        op.add_column("department", column)
        op.alter_column("department", name, server_default=None)
    op.add_column("department", sa.Column("phone", sa.String()))
