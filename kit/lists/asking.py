"""What is asked of a list: filters are the fields of a subclass."""

from typing import Any
from urllib.parse import urlencode

from pydantic import ConfigDict

from kit.forms import Form, hidden

MOST_PAGES = 1_000_000


class Asking(Form):
    """The query of a list's address. What a page's address carries besides is none of the list's
    business: an unknown name is no error here.
    """

    model_config = ConfigDict(extra="ignore")

    page: int = hidden("页码", 1, ge=1, le=MOST_PAGES)
    sort: str | None = hidden(
        "排序", None, max_length=50
    )  # a column's name, "-" before it: falling

    @property
    def narrows(self) -> bool:
        """Whether a filter leaves rows out: order and page do not."""
        return bool(
            self.model_dump(exclude_defaults=True, exclude_none=True, exclude={"page", "sort"})
        )

    def query(self, **changes: Any) -> str:
        """The same list as an address's query, with these changes: `?state=closed&page=2`."""
        values = self.model_copy(update=changes).model_dump(mode="json", exclude_defaults=True)
        parameters = {name: value for name, value in values.items() if value is not None}
        return f"?{urlencode(parameters, doseq=True)}" if parameters else "?"
