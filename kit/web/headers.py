"""What every answer tells a browser, whichever door it comes from."""

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import Scope

from kit.cookies import harden
from kit.network import is_https

# Scripts, styles and pictures are files of ours; nothing is written into a page that a browser would
# run (G-13). `data:` are the arrows and ticks that Bootstrap's style sheet draws.
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HSTS = "max-age=31536000"  # a year; this host alone: its neighbours are others' to decide
# A page says `private` itself: whoever goes back after a refusal finds what he had typed.
HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": CSP,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",  # for browsers that know no frame-ancestors
}


def guard(headers: MutableHeaders, scope: Scope) -> None:
    """Write them into an answer to `scope`; what a door said itself stays."""
    connection = HTTPConnection(scope)
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    harden(headers, connection)
    if is_https(connection):
        headers.setdefault("strict-transport-security", HSTS)
