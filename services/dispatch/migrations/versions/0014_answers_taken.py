"""whether something was taken of a reply's id is found without reading what was refused of it"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_index(
        "ix_department_answer_taken",
        "department_answer",
        ["department", "reply"],
        postgresql_where=sa.text("taken"),
    )
