"""unit: what joined a case later, what decisions answer, decisions taken back"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("case_copy", sa.Column("joined", ARRAY(sa.Text()), server_default="{}", nullable=False))
    for name in ("needs", "answers"):
        op.add_column("case_copy", sa.Column(name, JSONB(), server_default="{}", nullable=False))
    for name in ("joined", "needs", "answers"):
        op.alter_column("case_copy", name, server_default=None)
    op.add_column("case_copy", sa.Column("reopened_on", sa.Date()))
