"""One row of every table for each of four places, made from the models themselves: a new table has its
rows here without being named. What a row says of people and things is its place's `mark`, so that a
page, an answer or a file that shows another place's row shows its mark.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, get_args, get_origin

from psycopg.errors import UniqueViolation
from pydantic.fields import FieldInfo
from sqlalchemy import Column, Table, inspect
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel

from kit.database.columns import Code, Codes, Modelled
from schemas.codes import RiskCause
from schemas.county import CaseVerified
from tests.helpers.examples import example

# Who connects rows, though it may be nobody.
NAMED = ("number", "case", "household", "finding", "meeting", "line", "order", "phone", "file")
COUNTY = "990121000000"
MONTH, DAY = "2026-09", date(2026, 9, 10)


@dataclass(frozen=True)
class Place:
    """Where a row lies, and what it is called. `mark` is the id and the name of everything there."""

    mark: str
    village: str
    group: str
    unit: str
    helper: str
    team: str
    department: str

    @property
    def whole(self) -> str:
        return f"{self.village}/{self.group}"

    @property
    def township(self) -> str:
        return f"{self.village[:9]}000"

    @property
    def codes(self) -> dict[str, str]:
        """What columns, parameters and fields of these names say."""
        return {
            **dict.fromkeys(("village", "division"), self.village),
            **dict.fromkeys(("group", "group_no"), self.group),
            **dict.fromkeys(("township", "parent"), self.township),
            "place": self.village,
            **dict.fromkeys(("unit", "source"), self.unit),
            **dict.fromkeys(("helper", "colleague"), self.helper),
            **dict.fromkeys(("team", "finder"), self.team),
            "department": self.department,
            **dict.fromkeys(("month", "last_month"), MONTH),
        }


OWN = Place("qqown", "990121100201", "01", "U001", "U001-01", "D1", "housing")
BESIDE = Place("qqbeside", "990121100201", "02", "U001", "U001-02", "D1", "housing")
NEXT = Place("qqnext", "990121100202", "01", "U002", "U002-01", "D2", "water")
FAR = Place("qqfar", "990121300301", "01", "U009", "U009-01", "D9", "justice")
PLACES = (OWN, BESIDE, NEXT, FAR)
Rows = dict[tuple[type[SQLModel], Place], list[Any]]  # primary keys


def said_besides(model: type[SQLModel], place: Place) -> list[dict[str, Any]]:
    """Where a column's name alone does not say what stands in it: a row each."""
    village, township = place.village, place.township
    reporters = [("GROUP", place.whole, village), ("VILLAGE", village, township)]
    if "parent" in model.model_fields:  # the county's copy
        reporters.append(("TEAM", place.team, ""))
    return {
        "division": [
            {"code": village, "level": "VILLAGE", "name": "某村"},
            {"code": township, "level": "TOWNSHIP", "name": "某乡", "parent": COUNTY},
        ],
        "village_group": [{"code": place.group}],
        "reporter_month": [
            *({"kind": kind, "code": code, "parent": above} for kind, code, above in reporters),
            {"kind": "TOWNSHIP", "code": township, "division": township, "group": None},
        ],
        "unit": [{"code": place.unit, "name": "某单位"}],
        "helper": [{"code": place.helper}],
        "team": [{"code": place.team, "townships": [township]}],
        "department": [{"code": place.department, "name": "某局"}],
        "data_finding": [{"department": None}],
        "meeting": [{"month": f"2026-0{9 - PLACES.index(place)}", "told": [place.department]}],
        "bulletin_name": [{"kind": "VILLAGE", "code": village}],
        "case_source": [{"tier": "VILLAGE", "reporter": village}],
        "candidate": [{"accused_tier": "VILLAGE", "accused": village}],
        "post": [{"role": "GROUP_LEADER", "place": place.whole, "above": village}],
        "signed_in": [{"account": f"village_clerk-{village}"}],
        "account": [{}, {"code": f"village_clerk-{village}"}],
        "identification": [
            {},
            *(
                {"state": state, "number": f"{place.mark}-{n}", "household": None}
                for n, state in enumerate(("assess", "post"), start=1)
            ),
        ],
        "lead": [{"channel": "SELF_REPORT"}],
        "network_case": [{"earlier": True}],
        "comparison_line": [{"answer": "doubt"}],
        "held_needs": [{"told": without_needs(place)}],
        "ledger_move": [],  # with it nobody enters the sheet any more
        "decision": [{"verdict": "not_admit"}],
    }.get(table_of(model).name, [{}])


def without_needs(place: Place) -> dict[str, Any]:
    """A verified case as the county tells it."""
    event = CaseVerified(
        case=place.mark,
        number=place.mark,
        household=place.mark,
        village=place.village,
        on=DAY,
        primary_cause=RiskCause.ILLNESS,
        causes=(RiskCause.ILLNESS,),
        needs=(),
        findings=(),
    )
    return event.model_dump(mode="json")


def seed(session: Session, models: list[type[SQLModel]], pack: str) -> Rows:
    """Of each model a row for each place; those that lie in several places alike, once."""
    order = [table.name for table in models[0].metadata.sorted_tables]
    rows: Rows = {}
    for model in sorted(models, key=lambda one: order.index(table_of(one).name)):
        for place in PLACES:
            for n, besides in enumerate(said_besides(model, place)):
                row = row_of(model, place, pack, besides)
                if n and getattr(row, "id", "") == place.mark:
                    row.id = f"{place.mark}-{n}"  # type: ignore[attr-defined]
                if kept(session, row):
                    rows.setdefault((model, place), []).append(inspect(row).identity)
        nowhere = not said_besides(model, OWN)
        assert nowhere or (model, OWN) in rows, f"no row of {model.__name__}"
    return rows


def kept(session: Session, row: SQLModel) -> bool:
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        if isinstance(error.orig, UniqueViolation):
            return False
        raise
    return True


def table_of(model: type[SQLModel]) -> Table:
    return inspect(model).local_table


def row_of(model: type[SQLModel], place: Place, pack: str, besides: dict[str, Any]) -> SQLModel:
    """What must be said, and what connects it with its place."""
    fields = model.model_fields
    said = {
        name: value_of(column, field, place, pack)
        for name, field in fields.items()
        if not (column := inspect(model).columns[name]).identity
        and (field.is_required() or column.primary_key or name in NAMED or name in place.codes)
    }
    return model(**said | {name: one for name, one in besides.items() if name in fields})


def value_of(column: Column, field: FieldInfo, place: Place, pack: str) -> Any:
    name, kind = column.key, column.type
    if isinstance(kind, Code):  # though its name may be a place's elsewhere
        return next(iter(kind.codes))
    if name in place.codes or name in ("pack", "pack_ref"):
        return place.codes.get(name, pack)
    if isinstance(kind, Codes):
        return [next(iter(kind.codes))]
    if isinstance(kind, Modelled):
        schema = kind.model.model_json_schema()
        return kind.model.model_validate(
            example(schema, "", lambda it: place.codes.get(it, place.mark), schema)
        )
    wanted = field.annotation
    if type(None) in get_args(wanted):
        wanted = get_args(wanted)[0]
    wanted = get_origin(wanted) or wanted
    values = {str: place.mark, bool: False, int: 1, date: DAY, bytes: b"0" * 32}
    values |= {datetime: datetime(2026, 9, 10, tzinfo=UTC), list: [], dict: {}, tuple: ()}
    return values[wanted]
