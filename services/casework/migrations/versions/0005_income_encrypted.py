"""income encrypted: nobody had filled it in yet"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.drop_column("monitored", "income")
    op.add_column("monitored", sa.Column("income", postgresql.JSONB(), nullable=True))
