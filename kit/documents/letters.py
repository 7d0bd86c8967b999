"""Letters: .docx files made of templates that an office edits in WPS or Word."""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, pass_environment

from kit.dates import show_clock, show_day, show_moment, show_month
from kit.documents.leaving import leaving
from kit.documents.papers import DOCX, Paper, printable, stamp
from kit.errors import Refused
from kit.places import InPlaceWords, Speaking, said, tell
from rulebook.places import Terms
from schemas.codes import Coded


def letter(
    template: Path,
    name: str,
    values: Mapping[str, Any],
    note: str = "",
    places: Terms | None = None,
) -> Paper:
    """A .docx to be saved under this name, made of an office's template with jinja tags; what is put
    in is escaped and may be any text. `note`: what stands in the file's properties, not in its text,
    for an official document has no place for it; so do who exported it and when. `places`: what the
    county's pack calls the levels (B-42).
    """
    environment = Speaking(
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=[InPlaceWords],
    )
    if places is not None:
        tell(environment, lambda: places)
    environment.filters.update(day=show_day, month=show_month, moment=show_moment, clock=show_clock)
    try:
        from docxtpl import DocxTemplate  # slow to import, seldom needed

        from kit.documents.tables import fit

        document = DocxTemplate(template)
        document.render(dict(values), environment, autoescape=True)
        fit(document.docx)
    except FileNotFoundError as error:
        raise Refused(f"没有找到文书模板“{template.name}”，请把模板放回原处。") from error
    document.docx.core_properties.comments = note
    if (now := leaving()) is not None:
        stamp(document.docx.core_properties, now)
    out = BytesIO()
    document.save(out)
    return Paper(name, DOCX, out.getvalue())


@pass_environment
def _shown(environment: Environment, value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, Coded):
        return printable(said(environment, value.label))
    text = getattr(value, "label", value)
    return printable(text) if type(text) is str else text
