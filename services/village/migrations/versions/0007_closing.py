"""closing: what ended, and who answers for it; one ID number heads one household"""

import sqlalchemy as sa
from alembic import op

from kit.database.migrations import chassis

revision = "0007"
down_revision = "0006"


# Of two entries of one ID number the first that is on the register remains, the others are doubles.
DOUBLES = """UPDATE household SET duplicate_of = ordered.first FROM (
        SELECT id, first_value(id) OVER (PARTITION BY id_hash ORDER BY on_register DESC, id) AS first
        FROM household WHERE id_hash IS NOT NULL
    ) AS ordered WHERE household.id = ordered.id AND ordered.id <> ordered.first"""


def upgrade() -> None:
    op.execute(chassis("0006"))
    for name, kind in (
        ("duplicate_of", sa.String()),
        ("merged_on", sa.Date()),
        ("merged_by", sa.String()),
        ("merged_reason", sa.String()),
    ):
        op.add_column("household", sa.Column(name, kind, nullable=True))
    op.execute(DOUBLES)
    op.create_index(
        "uq_household_head",
        "household",
        ["id_hash"],
        unique=True,
        postgresql_where=sa.text("duplicate_of IS NULL"),
    )
