"""What can be asked. Nothing here changes or locks anything."""

from sqlmodel import Session, select

from services.dispatch.directory.models import Division


def place_names(session: Session) -> dict[str, str]:
    """Division code -> name; a village is named with its township."""
    divisions = {division.code: division for division in session.exec(select(Division))}
    return {
        code: (divisions[one.parent].name if one.parent in divisions and code[9:] != "000" else "")
        + one.name
        for code, one in divisions.items()
    }
