"""What is asked to sign a township's month."""

from kit.forms import Form, hidden, text
from rulebook.types import TownshipCode, YearMonth


class SignatureForm(Form):
    township: TownshipCode = hidden("乡镇")
    month: YearMonth = hidden("月份")
    missing_reason: str | None = text(
        "有村没有报，为什么先签发", None, hint="例如：马家村文书住院，名单随后补报"
    )
