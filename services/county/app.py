"""The county service, put together."""

from pathlib import Path

from kit.service import Service
from services.county import api, jobs, models, pages, sheets
from services.county.handlers import handlers
from services.county.queries.desk import desk
from services.county.service import NAME

SERVICE = Service(
    name=NAME,
    title="县级",
    metadata=models.Table.metadata,
    folder=Path(__file__).parent,
    handlers=handlers,
    jobs=jobs.jobs,
    routers=[api.router, pages.router],
    hears=["backstop.village", "backstop.unit", "backstop.dispatch"],
    prepare=jobs.prepare,
    sheets=sheets.KINDS,
    tasks=[desk],
)
