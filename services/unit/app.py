"""The unit service, put together."""

from pathlib import Path

from kit.service import Service
from services.unit import api, jobs, models, pages, sheets
from services.unit.handlers import handlers
from services.unit.queries.desk import desk
from services.unit.service import NAME

SERVICE = Service(
    name=NAME,
    title="帮扶单位",
    metadata=models.Table.metadata,
    folder=Path(__file__).parent,
    handlers=handlers,
    jobs=jobs.jobs,
    routers=[api.router, pages.router],
    hears=["backstop.village", "backstop.county", "backstop.dispatch"],
    prepare=jobs.prepare,
    sheets=sheets.KINDS,
    tasks=[desk],
)
