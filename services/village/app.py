"""The village service, put together."""

from pathlib import Path

from kit.service import Service
from services.village import api, jobs, pages, sheets
from services.village.handlers import handlers
from services.village.queries.desk import desk
from services.village.service import NAME, TITLE, Table

SERVICE = Service(
    name=NAME,
    title=TITLE,
    metadata=Table.metadata,
    folder=Path(__file__).parent,
    handlers=handlers,
    jobs=jobs.jobs,
    routers=[api.router, pages.router],
    hears=["backstop.unit", "backstop.county", "backstop.dispatch"],
    prepare=jobs.prepare,
    sheets=sheets.KINDS,
    tasks=[desk],
)
