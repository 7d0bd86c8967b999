"""The front door: who is there, files in, and everything else to the service whose name the path
begins with.
"""

from backstop.portal.app import Portal, make_front
from backstop.portal.imports import import_files, make_request

__all__ = ["Portal", "import_files", "make_front", "make_request"]
