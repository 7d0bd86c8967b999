"""village: months close, nil says why groups are silent, what a finding said before is kept"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("month", sa.Column("closed_on", sa.Date()))
    # Bulletins issued before now were not heard here. Of the months before the newest two they are
    # long out, and nobody was shown as owing them.
    op.execute(
        "UPDATE month SET closed_on = township_due"
        " WHERE month NOT IN (SELECT month FROM month ORDER BY month DESC LIMIT 2)"
    )
    op.add_column("village_list", sa.Column("silent", JSONB(), server_default="[]", nullable=False))
    op.alter_column("village_list", "silent", server_default=None)
    op.add_column("village_list", sa.Column("silent_reason", sa.String()))
    op.add_column("township_signature", sa.Column("missing_reason", sa.String()))
    op.create_index("ix_finding_village", "finding", ["village"])
    op.create_table(
        "finding_version",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("finding", sa.String(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("causes", JSONB(), nullable=False),
        sa.Column("risk_point", sa.String()),
        sa.Column("matter", sa.String()),
        sa.Column("note", sa.String()),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("since_day", sa.Date()),
        sa.Column("since_about", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_finding_version"),
    )
    op.create_index("ix_finding_version_finding", "finding_version", ["finding"])
