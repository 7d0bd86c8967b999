"""What a township answers to the county."""

from kit.forms import Form, field, text


class AnswerForm(Form):
    still_at_risk: bool = field("是否仍有风险", widget="hidden")
    note: str = text("复核情况", lines=3)
