"""The directory: fed from events, read by code, parent and name."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from sqlalchemy import event as happening
from sqlmodel import Session

from kit import directory
from kit.directory import Entry, Feed
from kit.messaging.inbox import Envelope, Handlers
from schemas.event import Event

HEWAN, SHIQIAO, MAJIA = "990121100000", "990121100201", "990121100202"
PLACES = (
    Entry("TOWNSHIP", HEWAN, "河湾镇", parent="990121000000"),
    Entry("VILLAGE", SHIQIAO, "石桥村", parent=HEWAN),
    Entry("VILLAGE", MAJIA, "马家村", also=("马家",), parent=HEWAN),
)


class PlaceNamed(Event, type="toy.place.named.v1", topic="backstop.toy", about="place"):
    place: str
    name: str
    inside: str | None = None
    closed: bool = False


class OfficeNamed(Event, type="toy.office.named.v1", topic="backstop.toy", about="office"):
    office: str
    desks: tuple[str, ...]


feed = Feed()


@feed.on(PlaceNamed)
def place(session: Session, event: PlaceNamed) -> Entry:
    return Entry("PLACE", event.place, event.name, parent=event.inside, active=not event.closed)


@feed.on(OfficeNamed)
def desks(session: Session, event: OfficeNamed) -> list[Entry]:
    return [Entry("DESK", f"{event.office}/{desk}", desk) for desk in event.desks]


@pytest.fixture
def session(sessions) -> Iterator[Session]:
    with sessions() as open_session:
        yield open_session


def envelope(event: Event, id: str = "") -> Envelope:
    return Envelope(
        "/backstop/990121000000/toy",
        id or str(uuid4()),
        event.type,
        event.model_dump_json().encode(),
        event.destination,
    )


def test_what_is_heard_is_kept_whoever_else_takes_it(session):
    handlers, taken = Handlers(), []

    @handlers.on(PlaceNamed)
    def place_named(session: Session, event: PlaceNamed) -> None:
        taken.append(directory.name(session, "PLACE", event.place))  # kept already

    feed.hear(handlers)
    assert handlers.types == {PlaceNamed.type, OfficeNamed.type}
    first = envelope(PlaceNamed(place="p", name="旧名"))
    handlers.apply(session, [first, envelope(OfficeNamed(office="o", desks=("一", "二")))])
    handlers.apply(session, [envelope(PlaceNamed(place="p", name="新名", inside="q"))])
    handlers.apply(session, [first])  # twice: the second changes nothing
    assert taken == ["旧名", "新名"]
    assert directory.entry(session, "PLACE", "p") == Entry("PLACE", "p", "新名", parent="q")
    assert [one.code for one in directory.entries(session, "DESK")] == ["o/一", "o/二"]


def test_the_owner_keeps_what_it_says_itself(session):
    feed.keep(
        session,
        PlaceNamed(place="p", name="旧名"),
        PlaceNamed(place="p", name="新名", closed=True),  # of one code what was said last
    )
    assert directory.name(session, "PLACE", "p") == "新名"
    assert not directory.exists(session, "PLACE", "p")
    feed.keep(session)


def test_names_of_a_page_in_one_statement(session):
    directory.put(session, *PLACES, Entry("UNIT", "U001", "县水利局"))
    said: list[str] = []
    happening.listen(session.get_bind(), "before_cursor_execute", lambda *its: said.append(its[2]))
    codes = [SHIQIAO, "U001", None, "nobody", SHIQIAO]
    assert directory.names(session, None, codes) == {
        SHIQIAO: "石桥村",
        "U001": "县水利局",
        "nobody": "nobody",
    }
    assert directory.full_names(session, ("TOWNSHIP", "VILLAGE"), [SHIQIAO, "nobody"]) == {
        SHIQIAO: "河湾镇石桥村",
        "nobody": "nobody",
    }
    assert len(said) == 2
    assert directory.names(session, "VILLAGE", ["U001"]) == {"U001": "U001"}
    assert directory.name(session, "UNIT", None) == "—"


def test_what_is_where_and_since_when(session):
    directory.put(
        session,
        *PLACES,
        Entry(
            "VILLAGE", "990121100203", "并入村", parent=HEWAN, active=False, last_month="2026-06"
        ),
    )
    assert [one.code for one in directory.children(session, "VILLAGE", HEWAN)] == [SHIQIAO, MAJIA]
    assert directory.exists(session, "VILLAGE", SHIQIAO)
    assert not directory.exists(session, "TOWNSHIP", SHIQIAO)
    assert not directory.exists(session, "VILLAGE", "990121100203")
    assert len(directory.entries(session, "VILLAGE")) == 2
    merged = directory.entries(session, "VILLAGE", active=False)[-1]
    assert (merged.is_there("2026-06"), merged.is_there("2026-07")) == (True, False)


def test_found_by_what_people_write(session):
    directory.put(session, *PLACES, Entry("UNIT", "U001", "马家中学"), Entry("UNIT", "U%", "1_%"))
    assert [one.name for one in directory.find(session, " 马家 ")] == ["马家中学", "马家村"]
    assert [one.name for one in directory.find(session, "马家", "VILLAGE")] == ["马家村"]
    assert [one.name for one in directory.find(session, "U001")] == ["马家中学"]
    assert [one.code for one in directory.find(session, "%")] == ["U%"]  # no wildcard
    assert directory.find(session, " ") == []
    assert len(directory.find(session, "村")) == len(directory.entries(session, "VILLAGE"))
    assert [one.code for one in directory.named(session, "VILLAGE", "马家")] == [MAJIA]
    assert directory.named(session, "VILLAGE", "石桥") == []


def test_names_inside_a_text_the_longest_first(session):
    directory.put(session, *PLACES, Entry("VILLAGE", "990121100204", "大石桥村", parent=HEWAN))
    found = directory.named_in(session, "VILLAGE", "河湾镇大石桥 村、马家村")
    assert [one.name for one in found] == ["大石桥村", "马家村"]
