"""What is asked to sign a township's month."""

from kit.forms import Form, hidden
from rulebook.types import YearMonth


class SignatureForm(Form):
    township: str = hidden("乡镇")
    month: YearMonth = hidden("月份")
