"""duties: what was done for another, and what by a written mandate; who did what is judged later"""

import sqlalchemy as sa
from alembic import op

from kit.database.migrations import chassis

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.execute(chassis("0013"))
    op.add_column("bulletin", sa.Column("drafted_account", sa.String()))
    op.add_column("bulletin", sa.Column("demands_account", sa.String()))
    op.add_column("bulletin_name", sa.Column("explained_account", sa.String()))
    op.add_column("candidate", sa.Column("explained_account", sa.String()))
    op.add_column("decision", sa.Column("minuted_account", sa.String()))
    op.add_column("supervision_draft", sa.Column("entered_account", sa.String()))
    op.add_column("case_source", sa.Column("entered_account", sa.String()))
