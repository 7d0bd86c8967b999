"""An exemption of a supervision team."""

from kit.forms import Form, text


class ExemptionForm(Form):
    team: str = text("督导组组号")
    reason: str = text("原因")
