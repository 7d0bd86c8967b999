"""access: accounts, posts, ended sessions and keys as its events tell them; when the service began"""

from alembic import op

from kit.database.migrations import chassis

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.execute(chassis("0014"))
