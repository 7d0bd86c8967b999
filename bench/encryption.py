"""`python -m bench.encryption`: what encrypted columns cost: a value, a register copied in, a register
read. Each beside the same table in clear (decisions/0016).
"""

from collections.abc import Callable, Sequence
from functools import partial
from statistics import median
from time import perf_counter
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Column, Engine, Index, MetaData, Table, select
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from bench.place import open_place
from kit.database.encryption import Encrypted
from kit.database.upsert import upsert
from services.county.register.models import Household

ROWS, ROUNDS, VALUES = 20_000, 5, 50_000
PHONE, WORDS = (
    "16000001234",
    "户主患慢性病，需要长期服药，家庭收入主要靠低保和公益性岗位工资，子女在外务工。" * 2,
)


def main() -> None:
    with open_place() as place:
        engine, sessions, _ = place.database("county")
        values(engine)
        registers(engine, sessions)


def values(engine: Engine) -> None:
    """Nanoseconds of one value, written and read."""
    kind, dialect = Encrypted("bench.value"), engine.dialect
    for name, value in (("telephone", PHONE), (f"{len(WORDS)} characters", WORDS)):
        locked = kind.process_bind_param(value, dialect)
        write = _timed(partial(kind.process_bind_param, value, dialect), VALUES)
        read = _timed(partial(kind.process_result_value, locked, dialect), VALUES)
        print(
            f"{name}: {write:.0f} ns written, {read:.0f} ns read, {len(locked)} characters stored"
        )


def registers(engine: Engine, sessions: sessionmaker[Session]) -> None:
    """Seconds for a register's copy of county, in clear and as it lies."""
    locked: Any = Household.__table__  # type: ignore[attr-defined]
    clear = _in_clear(locked)
    clear.create(engine)
    rows = [_row(n) for n in range(ROWS)]
    for name, work in (("copied in", _copy), ("read", _read)):
        plain = median(work(sessions, clear, rows) for _ in range(ROUNDS))
        encrypted = median(work(sessions, locked, rows) for _ in range(ROUNDS))
        print(
            f"{ROWS} households {name}: {plain:.2f} s in clear, {encrypted:.2f} s encrypted, "
            f"{encrypted / plain:.2f} times"
        )


def _in_clear(locked: Table) -> Table:
    columns = [
        Column(c.name, _bare(c.type), primary_key=c.primary_key, nullable=c.nullable)
        for c in locked.columns
    ]
    clear = Table("household_in_clear", MetaData(), *columns)
    for index in locked.indexes:
        names = [column.name for column in index.columns]
        using = dict(index.dialect_kwargs)
        Index(f"clear_{index.name}", *(clear.c[name] for name in names), **using)
    return clear


def _bare(kind: Any) -> Any:
    return kind.impl_instance if isinstance(kind, Encrypted) else kind


def _row(n: int) -> dict[str, Any]:
    members = [
        {"name": "钱一舟", "id_number": f"99012119900101{n % 10_000:04}", "relationship": "户主"},
        {"name": "孙小满", "id_number": f"99012120100101{n % 10_000:04}", "relationship": "之子"},
        {"name": "李平安", "id_number": f"99012119920101{n % 10_000:04}", "relationship": "配偶"},
    ]
    return Household(
        id=f"h{n}", village="990121101001", group_no="01", size=3, head_name="钱一舟",
        id_number=members[0]["id_number"], id_hash=f"{n:064}", hashes=[f"{n:064}"],
        phone=f"1600000{n % 10_000:04}", members=members, number=f"{n:012}",
    ).model_dump()  # fmt: skip


def _copy(sessions: sessionmaker[Session], table: Table, rows: Sequence[dict[str, Any]]) -> float:
    known = [{name: row[name] for name in row if name in table.c} for row in rows]
    with sessions.begin() as session:
        session.execute(table.delete())
        begun = perf_counter()
        upsert(session, SimpleNamespace(__table__=table), known, "id")  # type: ignore[arg-type]
        return perf_counter() - begun


def _read(sessions: sessionmaker[Session], table: Table, rows: Sequence[dict[str, Any]]) -> float:
    with sessions.begin() as session:
        begun = perf_counter()
        assert len(session.execute(select(table)).all()) == len(rows)
        return perf_counter() - begun


def _timed(work: Callable[[], Any], times: int) -> float:
    begun = perf_counter()
    for _ in range(times):
        work()
    return (perf_counter() - begun) / times * 1e9


if __name__ == "__main__":
    main()
