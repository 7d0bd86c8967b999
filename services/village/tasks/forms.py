"""What a group leader asks of the own list of households."""

from kit.forms import field
from kit.lists import Asking


class CardFilter(Asking):
    """`q`: the head's name or its beginning."""

    q: str | None = field("户主姓名", None, max_length=100)
