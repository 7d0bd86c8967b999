"""Addresses as people's browsers know them, and as QR codes."""

from io import BytesIO

import segno
from fastapi import Request
from markupsafe import Markup

from kit.network import NO_PHONE, Network, is_here_alone


def shown_at(request: Request) -> str:
    """The configured address, else where we listen; never what the request says (G-13)."""
    network: Network = request.app.state.network
    if network.address:
        return network.address.rstrip("/")
    host, port = request.scope.get("server") or ("localhost", 80)
    return f"{request.url.scheme}://{host}:{port}"


def no_phone(request: Request) -> str:
    """What is wrong with the address on a card where no phone reaches it; else nothing."""
    address = shown_at(request)
    return NO_PHONE.format(address=address) if is_here_alone(address) else ""


def card_address(request: Request, secret: str) -> str:
    return f"{shown_at(request)}/access/cards/{secret}"


def qr(text: str, *, scale: float = 4) -> Markup:
    """A QR code as SVG, without script and style: a page's CSP lets it stand."""
    out = BytesIO()
    segno.make(text, error="m", micro=False).save(
        out,
        kind="svg",
        scale=scale,
        xmldecl=False,
        svgns=True,
        border=4,
        svgclass="qr",
        lineclass=None,
    )
    return Markup(out.getvalue().decode())
