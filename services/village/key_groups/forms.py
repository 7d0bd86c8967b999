"""What is asked for in the list of key groups, and what a person tags."""

from kit.forms import Form, field, hidden, text
from kit.lists import Asking
from rulebook.types import DivisionCode, Text


class KeyGroupFilter(Asking):
    """`place`: a township or a village."""

    place: DivisionCode | None = field("乡镇或村", None)
    key_group: Text | None = field("重点人群", None)


class TagForm(Form):
    """`key_group`: one that the pack leaves to people."""

    key_group: Text = field("重点人群")
    note: Text | None = text("说明", None, hint="如：父母都在外地务工", lines=2)


class UntagForm(Form):
    key_group: Text = hidden("重点人群")
