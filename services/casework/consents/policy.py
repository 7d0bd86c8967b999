"""Who sees and enters a household's consent, and that it gives up."""

from kit.policy import Action, Policy
from services.casework.identification.policy import NOT_YOURS, READERS
from services.casework.verification.policy import AT_HOME

policy = Policy(
    consent=Action("查看承诺授权", *READERS, otherwise=NOT_YOURS, sensitive=True),
    consents=Action("查看还没有签的承诺授权", *AT_HOME),
    sign_consent=Action("登记承诺授权", *AT_HOME),
    give_up=Action("登记自愿放弃", *AT_HOME),
)
