"""duties: what was done for another, and what by a written mandate; who did what is judged later"""

import sqlalchemy as sa
from alembic import op

from kit.database.migrations import chassis

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.execute(chassis("0013"))
    op.add_column("unit_list", sa.Column("submitted_account", sa.String()))
