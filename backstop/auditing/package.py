"""The file of one case that a discipline commission asks for: who did, saw and let out what, the steps of
the procedure, and a proof that the records are as they were sealed.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy import text
from sqlmodel import Session

from backstop.auditing.asking import Databases, concerned, keep, operator, the_one
from backstop.services import every_service
from kit import audit
from kit.app import deeds_of
from kit.audit import reading
from kit.audit.views import LINES, Line, lines
from kit.clock import local_date, system_clock
from kit.dates import show_moment
from kit.documents import Table, sheets
from kit.errors import Refused
from kit.service import Service

BEFORE = text("SELECT number + 1 AS number, hash FROM audit WHERE number = ANY(:numbers)")
RECORDS, CHECKED, BOOK, READ_ME = "records.json", "verification.json", "操作记录.xlsx", "说明.txt"
SAID = """操作记录卷

线索编号：{number}
制作时间：{at}
制作人（服务器上的账号）：{account}

里面有什么
  操作记录.xlsx      谁、以什么身份、什么时候办理、查看、导出了什么；办理过程；核对结果
  records.json       同样的记录，逐条带封存号、本条校验值和上一条的校验值
  verification.json  制作时对各服务全部操作记录逐条核对的结果，以及另存的校验值
  SHA256SUMS         以上文件的校验值

办理人员的姓名是账号现在的姓名。里面没有农户的姓名、证件号码、电话，也没有写下的文字；要看，请凭编号向县里牵头部门调取。

怎样核对：本条校验值 = SHA-256（上一条的校验值 + 本条内容）。本条内容是 records.json 里的 sealed 一项，
不带空格的 JSON，UTF-8 编码。末条校验值应与另存的副本相符。

核对结果
{checked}
"""


@dataclass(frozen=True)
class Part:
    """What one service knows of the case."""

    service: Service
    rows: Sequence[Any]
    lines: Sequence[Line]
    states: Sequence[Mapping[str, Any]]
    before: Mapping[int, bytes]  # number → the hash of the row before it
    chain: audit.Chain
    heads: Sequence[audit.Head]


def make_package(
    databases: Databases, words: str, heads: Path, said: Mapping[audit.Fault, str], to: Path
) -> tuple[str, Path]:
    """Write the file of the case with this number or id into the folder `to`, or to the path `to`
    that ends in .zip; its number and where it lies. `heads`: the folder with their copies. `said`:
    the faults in words. `Refused` when there is such a file already.
    """
    otherwise = "没有编号是“{words}”的风险线索，请核对。"
    case = the_one(databases, "case_file", words, otherwise)
    number = _number(databases, case) or case
    path = to if to.suffix == ".zip" else to / f"操作记录卷{number}.zip"
    if path.exists():
        raise Refused(f"{path}已经有了，没有覆盖。请换一个文件名，或先移走原来的。")
    parts = [_part(databases, service, case, heads) for service in every_service()]
    at = system_clock()
    checked = "\n".join(f"  {part.service.title}：{_result(part, said)}" for part in parts)
    contents = {
        BOOK: _book(number, parts, said, local_date(at)),
        RECORDS: _json([_record(part, row) for part in parts for row in part.rows]),
        CHECKED: _json([_checked(part) for part in parts]),
        READ_ME: SAID.format(
            number=number, at=show_moment(at), account=operator().account, checked=checked
        ).encode(),
    }
    _write(path, contents, at)
    return number, path


def _number(databases: Databases, case: str) -> str | None:
    for service in every_service():
        if "case_file" in service.metadata.tables:
            with databases[service.name].begin() as session:
                return reading.numbers(session, service.metadata, [f"case_file:{case}"]).get(
                    f"case_file:{case}"
                )
    return None


def _part(databases: Databases, service: Service, case: str, heads: Path) -> Part:
    """In one snapshot of the service's database; that it was asked is kept before it is read."""
    known, tables = service.records, service.metadata
    with databases[service.name].begin() as session:
        keep(session, "audit_package", audit.Kind.EXPORT, f"case:{case}")
        copies = audit.copied(session, heads)
    with databases[service.name].begin() as session:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        rows = concerned(session, service, [case])
        there = reading.concerning(session, tables, known, [case])
        return Part(
            service,
            rows,
            lines(session, service, deeds_of(service), rows),
            reading.states(session, tables, there),
            _hashes_before(session, rows),
            audit.check(session, copies),
            copies,
        )


def _hashes_before(session: Session, rows: Sequence[Any]) -> dict[int, bytes]:
    numbers = [row.number - 1 for row in rows if row.number]
    return {row.number: row.hash for row in session.execute(BEFORE, {"numbers": numbers})}


def _record(part: Part, row: Any) -> dict[str, Any]:
    """A row as it was sealed, with what proves it."""
    return {
        "service": part.service.name,
        "number": row.number,
        "before": part.before.get(row.number or 0, b"").hex(),
        "hash": row.hash.hex() if row.hash else None,
        "sealed": audit.content(row.number, row) if row.number else None,
        "at": row.at.astimezone(UTC).isoformat(),
        "kind": row.kind,
        "deed": row.deed,
        "account": row.account,
        "role": row.role,
        "place": row.place,
        "on_behalf": row.on_behalf,
        "objects": row.objects,
        "count": row._mapping["count"],
        "request": row.request,
    }


def _checked(part: Part) -> dict[str, Any]:
    chain = part.chain
    return {
        "service": part.service.name,
        "sealed": chain.sealed,
        "head": chain.head.hex(),
        "unsealed": chain.unsealed,
        "late": chain.late,
        "compared": chain.compared,
        "broken": chain.broken and {"number": chain.broken.number, "fault": chain.broken.fault},
        "heads": [
            {"day": head.day, "number": head.number, "hash": head.hash.hex()} for head in part.heads
        ],
        "states": part.states,
    }


def _result(part: Part, said: Mapping[audit.Fault, str]) -> str:
    chain = part.chain
    if chain.broken:
        return said[chain.broken.fault].format(number=chain.broken.number)
    waiting = f"；{chain.late}条没有按时封存" if chain.late else ""
    return f"封存{chain.sealed}条，全部相符；与{chain.compared}个另存的校验值相符{waiting}"


def _book(number: str, parts: Sequence[Part], said: Mapping[audit.Fault, str], on: date) -> bytes:
    told = [(part.service.title, line) for part in parts for line in part.lines]
    told.sort(key=lambda one: one[1].at)
    steps = [(part.service, state) for part in parts for state in part.states if _days(state)]
    steps.sort(key=lambda one: min(_days(one[1])))
    columns = ["服务", *(column.title for column in LINES.columns)]
    note = f"线索{number}，截至{on.year}年{on.month}月{on.day}日"
    tables = [
        Table(
            "操作记录",
            columns,
            [[title, *(column.of(line) for column in LINES.columns)] for title, line in told],
            note,
        ),
        Table(
            "办理过程",
            ["服务", "记录", "编号", "状态", "从", "到"],
            [_step(service, state) for service, state in steps],
            note,
        ),
        Table("核对结果", ["服务", "结果"], [[p.service.title, _result(p, said)] for p in parts]),
    ]
    return sheets(BOOK, tables).content


def _step(service: Service, state: Mapping[str, Any]) -> list[object]:
    labels = [value.label for value in state.values() if hasattr(value, "label")]
    record, days = service.record_of(state["name"]), _days(state)
    return [
        service.title,
        record.title,
        state.get("number"),
        "、".join(labels),
        min(days),
        max(days),
    ]


def _days(state: Mapping[str, Any]) -> list[date]:
    return [value for value in state.values() if isinstance(value, date)]


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, default=str).encode()


def _write(path: Path, contents: Mapping[str, bytes], at: datetime) -> None:
    """Whole or not at all; never over another one."""
    sums = "".join(f"{sha256(content).hexdigest()}  {name}\n" for name, content in contents.items())
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".part")
    with ZipFile(fresh, "w", ZIP_DEFLATED) as file:
        for name, content in {**contents, "SHA256SUMS": sums.encode()}.items():
            file.writestr(name, content)
    fresh.chmod(0o600)
    try:
        path.hardlink_to(fresh)  # fails where somebody made one meanwhile
    except FileExistsError as error:
        raise Refused(f"{path}已经有了，没有覆盖。") from error
    finally:
        fresh.unlink()
