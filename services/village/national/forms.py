"""What is asked before an export is taken."""

from kit.forms import Form, hidden
from rulebook.types import Short


class ConfirmForm(Form):
    """`shown`: the fingerprint of what was looked at."""

    shown: Short = hidden("核对过的内容")
