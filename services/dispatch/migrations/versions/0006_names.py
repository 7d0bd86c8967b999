"""names: the copy of village's divisions ends, the directory names them since 0004"""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.drop_table("division")
