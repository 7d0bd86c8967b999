"""What a department says about a line of the agenda."""

from kit.forms import Form
from kit.forms import text as words


class ExplanationForm(Form):
    text: str = words("说明", most=2_000, lines=2)
