"""What the front door's own doors are handed."""

from typing import Annotated

from fastapi import Depends, Request

from backstop.application import Application
from backstop.front import Front


def _application(request: Request) -> Application | Front:
    return request.app.state.application


Installed = Annotated[Application | Front, Depends(_application)]
