"""casework: what the county saw when it verified a case"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("network_case", sa.Column("visit", JSONB()))
