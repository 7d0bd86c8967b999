"""The dispatch service, put together."""

from pathlib import Path

from kit.service import Service
from services.dispatch import api, jobs, models, pages, sheets
from services.dispatch.handlers import handlers
from services.dispatch.queries.desk import desk
from services.dispatch.service import NAME, TITLE

SERVICE = Service(
    name=NAME,
    title=TITLE,
    metadata=models.Table.metadata,
    folder=Path(__file__).parent,
    handlers=handlers,
    jobs=jobs.jobs,
    routers=[api.router, pages.router],
    hears=[],
    hears_pattern=r"backstop\.(village|county|department\.[a-z-]+\.replies)",
    prepare=jobs.prepare,
    sheets=sheets.KINDS,
    tasks=[desk],
)
