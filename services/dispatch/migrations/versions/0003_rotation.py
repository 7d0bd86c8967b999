"""rotation"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    now, yes = sa.text("now()"), sa.true()
    op.add_column("department_key", sa.Column("user", sa.String(), nullable=True))
    op.execute("""UPDATE department_key SET "user" = 'department-' || department""")
    op.alter_column("department_key", "user", nullable=False)
    op.add_column("department_key", sa.Column("since", sa.DateTime(timezone=True), nullable=False, server_default=now))
    op.alter_column("department_key", "since", server_default=None)
    op.add_column("department_key", sa.Column("in_force", sa.Boolean(), nullable=False, server_default=yes))
    op.alter_column("department_key", "in_force", server_default=None)
    op.drop_constraint("pk_department_key", "department_key")
    op.create_primary_key("pk_department_key", "department_key", ["kid"])
    op.create_unique_constraint("uq_department_key_department", "department_key", ["department", "in_force"])
