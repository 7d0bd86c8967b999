"""county: who of the unit looked into a finding, and why somebody reported nil or signed all the same"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    for name in ("silent", "reason"):
        op.add_column("reporter_month", sa.Column(name, sa.String()))
    for name in ("verified_by", "verified_how", "unverified_reason"):
        op.add_column("case_source", sa.Column(name, sa.String()))
    op.add_column("case_source", sa.Column("verified_on", sa.Date()))
