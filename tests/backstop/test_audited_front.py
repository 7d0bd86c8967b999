"""The front door's own doors: none has a database, so each says by whom it is audited, or why not."""

from fastapi.routing import iter_route_contexts

from backstop.front import Front
from backstop.installation import Installation
from backstop.portal import make_front
from tests.backstop.test_audited_routes import PROBES
from tests.conftest import COUNTY

# The front door has no database: whoever gets in by it is in the audits of the services behind it.
FRONT = {
    "GET /": "the open tasks, asked of the services in the actor's name",
    "GET /imports": "an empty form",
    "POST /imports": "each sheet is handed to its service's take_sheet, and that is audited",
    "POST /front/api/imports": "each sheet is handed to its service's take_sheet, and that is audited",
    "POST /imports/month": "handed to the services' open_month, and that is audited",
    "GET /imports/marked/{name}": "the sender's own file, back to him alone",
    "GET /sign-in": "leads to access, which audits who comes in",
    "GET /sign-out": "leads to access, which audits who leaves",
    **PROBES,
    "* /static": "style sheets and pictures",
}


def test_every_door_of_the_front_is_audited_or_says_why_not(tmp_path):
    installation = Installation(tmp_path, fast=True)
    installation.found_county(COUNTY)
    app = make_front(Front(installation, "http://proxy.invalid"))
    found = {
        f"{method} {context.path}"
        for context in iter_route_contexts(list(app.routes))
        for method in (context.methods or {"*"}) - {"HEAD"}
    }
    assert found - FRONT.keys() == set(), "without a database none is audited here: say by whom"
    assert FRONT.keys() - found == set(), "it is no longer there: take it off the list"
