"""village: what joined a case later, what decisions answer, decisions taken back,
who of a unit looked into a finding
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    for name, empty in (("joined", "[]"), ("needs", "{}"), ("answers", "{}")):
        op.add_column("case_fate", sa.Column(name, JSONB(), server_default=empty, nullable=False))
        op.alter_column("case_fate", name, server_default=None)
    op.add_column("case_fate", sa.Column("reopened_on", sa.Date()))
    for name in ("verified_by", "verified_how"):
        op.add_column("notice", sa.Column(name, sa.String()))
    op.add_column("notice", sa.Column("verified_on", sa.Date()))
