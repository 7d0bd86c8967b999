"""What crosses a service's border."""

import re
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler
from pydantic_core import CoreSchema


class Value(BaseModel):
    """A part of an event: frozen like the event itself."""

    model_config = ConfigDict(frozen=True)


class Seals:
    """Marks a text that is a compact JWE and says which `words` it holds: `Annotated[str,
    Seals(NeedWords)]`. The contract names them as the text's `contentSchema`.
    """

    def __init__(self, words: type[Value]) -> None:
        self.words = words

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        words = handler(self.words.__pydantic_core_schema__)
        return handler(schema) | {"contentMediaType": "application/jose", "contentSchema": words}


class InParts(Value):
    """What may be longer than one message: several events of one report then share its list out. The
    first has all else that it says; they come one after the other.
    """

    part: int = Field(default=0, description="counts the parts of one message from 0")
    more: bool = Field(default=False, description="another part follows")


class Event(Value):
    """A fact that other services may rely on; never changed after it left.

    `type` is the CloudEvents type (past tense, versioned), `topic` where it is published (a
    department's topic names the field that completes it, as in `backstop.department.{department}`),
    `about` the field that holds the aggregate's id: CloudEvents subject and Kafka key.
    """

    known: ClassVar[dict[str, type["Event"]]] = {}
    type: ClassVar[str]
    topic: ClassVar[str]
    about: ClassVar[str]

    def __init_subclass__(
        cls, *, type: str = "", topic: str = "", about: str = "", **kwargs: Any
    ) -> None:
        super().__init_subclass__(**kwargs)
        if topic:
            cls.topic = topic
        if about:
            cls.about = about
        if type:  # without one it is a base for others
            cls.type = type
            if Event.known.setdefault(type, cls) is not cls:
                raise TypeError(f"two events are called {type}")

    @property
    def subject(self) -> str:
        return str(getattr(self, self.about))

    @property
    def destination(self) -> str:
        """The topic of this very event."""
        if "{" not in self.topic:
            return self.topic
        return re.sub(r"\{(\w+)\}", lambda field: str(getattr(self, field[1])), self.topic)
