"""What is asked of all services' audits at once, on the server: who saw a household's record, and the
file of one case. Who asks is kept in each audit too.
"""

from backstop.auditing.asking import Seen, every_database, seen
from backstop.auditing.package import make_package

__all__ = ["Seen", "every_database", "make_package", "seen"]
