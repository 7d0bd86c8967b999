"""No free text leaves in clear: on its way out words are sealed, on its way in they are put back
(G-07).
"""

import json
import re
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from pydantic import BaseModel, RootModel
from sqlmodel import Session

from kit import seal as seals
from kit.errors import Refused
from schemas.event import Event
from schemas.texts import Phrase, Plain, Words, fields, in_clear, put, speaks, texts

E = TypeVar("E", bound=Event)
Seal = Callable[[BaseModel], str]

# An ID number, a mobile telephone. In a hash as many digits may follow one another by chance.
MADE = 36, 64  # characters of a UUID and of a hash: no person writes these
NUMBER = re.compile(r"(?<![0-9A-Za-z])(?:[0-9]{17}[0-9Xx]|1[3-9][0-9]{9})(?![0-9A-Za-z])")


class Spoken(RootModel[dict[str, str]]):
    """What `words` of an event holds: by path ("verdicts.0.reason") what was written there."""


def require_clear(event: Event, seal: Seal | None = None) -> None:
    """`Refused` where a name of an office or a code holds somebody's number; `ValueError` where no
    fixed phrase stands that has to, or a department could not open its words.
    """
    if seal is None and speaks(type(event)) and "{" in event.topic and in_clear(event)[1]:
        raise ValueError(f"{event.type}: words for a department are sealed with its key")
    _require_clear(event)


def payload(session: Session, event: Event, seal: Seal | None = None) -> str:
    """The event's body as it leaves. `seal`: for whom its words are, else the county's services."""
    if not speaks(type(event)):
        return event.model_dump_json()
    whole = body(event, seal or partial(seals.seal, session))
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


def body(event: Event, seal: Seal) -> dict[str, Any]:
    """Phrases in clear, and what people wrote in their place sealed."""
    clear, said = in_clear(event)
    return clear | ({"words": seal(Spoken(said))} if said else {})


def heard(session: Session, event: E) -> E:
    """What another of the county's services said, with its words."""
    if not speaks(type(event)) or "{" in event.topic:
        return event  # nobody's words are in it, or under a department's own key
    return opened(event, lambda sealed: seals.unseal(session, sealed, Spoken))


def opened(event: E, unseal: Callable[[str], Spoken]) -> E:
    """The event with its words where their phrases stand; itself when it brings none. `ValueError`
    for words of a field that has none.
    """
    sealed = getattr(event, "words", None)
    if not sealed:
        return event
    places = {text.path: text.at for text in texts(event) if isinstance(text.kind, Words)}
    body = event.model_dump(mode="json") | {"words": None}
    for path, words in unseal(sealed).root.items():
        if path not in places:
            raise ValueError(f"{event.type}: no words belong into {path}")
        put(body, places[path], words)
    return type(event).model_validate(body)


def _require_clear(value: BaseModel) -> None:
    """Of a county's register each household passes here: no more than looked at."""
    for name, kind in fields(type(value)):
        inside = getattr(value, name)
        if kind is Plain.SEALED or inside is None:
            continue
        for text in inside if type(inside) is tuple else (inside,):
            if type(text) is not str:
                _require_clear(text)
            elif isinstance(kind, Phrase):
                if text not in {member.label for member in kind.of}:
                    raise ValueError(f"{name} is no phrase of {kind.of.__name__}")
            elif isinstance(kind, Plain) and len(text) not in MADE and NUMBER.search(text):
                raise Refused("名称、编号里不能写身份证号码或手机号码，请改正后再办。", field=name)
