"""What of casework's files is contested."""

from collections.abc import Iterator

from sqlmodel import Session, col, func, or_, select

from services.county.directory.queries import names
from services.county.identification.models import IdentificationFile as File


def contested(session: Session) -> list[tuple[File, str, list[str]]]:
    """Files that the county has not decided and about which somebody thinks otherwise (the meeting of
    the village, whoever objected, a department, the township), with the village's name and who it is.
    """
    matters = (
        col(File.carried).is_(False),
        col(File.agreed).is_(False),
        col(File.upheld).is_(True),
        func.cardinality(File.objections) > 0,
        col(File.doubts) > 0,
        col(File.green_overdue).is_(True),
    )
    statement = select(File).where(
        col(File.opened_on).is_not(None), col(File.decided_on).is_(None), or_(*matters)
    )
    files = session.exec(statement.order_by(col(File.number))).all()
    called = names(session, {file.village for file in files})
    return [(file, called[file.village], list(_matters(file))) for file in files]


def _matters(file: File) -> Iterator[str]:
    if file.carried is False:
        yield "民主评议没有通过" if file.quorum else "民主评议人数不够"
    if file.objections:
        yield "公示异议还没有答复"
    elif file.upheld:
        yield "公示异议属实"
    if file.doubts:
        yield f"{file.doubts}个部门的比对疑点还没有复核"
    if file.agreed is False:
        yield "乡镇审核不同意"
    if file.green_overdue:
        yield "绿色通道补办程序逾期，疑似体外循环"
