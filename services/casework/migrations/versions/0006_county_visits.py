"""casework: what the county saw when it verified a case"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("network_case", sa.Column("visit", JSONB()))
