"""chassis 0008: a dead letter keeps when it came; what departments' systems were answered"""

import sqlalchemy as sa
from alembic import op

from kit.database.migrations import chassis

revision = "0012"
down_revision = "0011"
# What was taken before, so that a twin of it changes nothing now.
TAKEN = """INSERT INTO department_answer (department, reply, contents, type, code, taken, received_at)
    SELECT substring(source FROM '/department/([a-z-]+)$'), id::text, '', '', 'taken', true, now()
    FROM inbox WHERE source ~ '/department/[a-z-]+$' ON CONFLICT DO NOTHING"""


def upgrade() -> None:
    op.execute(chassis("0008"))
    key = ("department", "reply", "contents")
    op.create_table(
        "department_answer",
        *(sa.Column(name, sa.String(), nullable=False) for name in key),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("taken", sa.Boolean(), nullable=False),
        sa.Column("received_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(*key, name=op.f("pk_department_answer")),
    )
    op.execute(TAKEN)
