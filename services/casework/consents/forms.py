"""How a household's consent is entered, and that it gives up."""

from kit.forms import Form, field, text
from rulebook.types import Day, PersonName, Short
from services.casework.consents.rules import ConsentMethod


class ConsentForm(Form):
    """One signature for the household: `covered` are the adults who sign with it, `refused` who does
    not agree. Lists of persons hold their keys.
    """

    covered: list[Short] = field("同意授权的人", [], max_length=99)
    refused: list[Short] = field("不同意的人", [], max_length=99)
    method: ConsentMethod = field("签署方式", widget="radio")
    on: Day = field("签署日期")


class GiveUpForm(Form):
    """The household does not want to be identified; its reason, signed."""

    signer: PersonName = field("签字人")
    reason: str = text("放弃理由", least=2, lines=2)
    method: ConsentMethod = field("签署方式", widget="radio")
    on: Day = field("签署日期")
