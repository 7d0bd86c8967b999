"""Who sees what data checks found, and who says what of it: the finding's stored row decides.

Leads ask an office to look at a household; the village, whose work they might be taken to judge, does
not see them (I-25). The township sees those that it looks into itself.
"""

from kit.policy import Action, Policy, allow, having, within
from rulebook.packs.checks import Mender
from schemas.codes import Role
from services.village.places import COUNTY, TOWNSHIP

ITS_OWN = within("village") & having(lead=False)
TOWNSHIPS = within("village") & (having(lead=False) | having(mends=Mender.TOWNSHIP))

policy = Policy(
    data_findings=Action(
        "查看数据核查问题",
        allow(Role.VILLAGE_CLERK, Role.VILLAGE_SECRETARY, to=ITS_OWN),
        allow(*TOWNSHIP, to=TOWNSHIPS),
        allow(*COUNTY, to=within("village")),
        sensitive=True,
    ),
    answer_data_finding=Action(
        "答复数据核查问题",
        allow(Role.VILLAGE_CLERK, to=ITS_OWN & having(mends=Mender.VILLAGE)),
        allow(Role.TOWNSHIP_CLERK, to=TOWNSHIPS),
        allow(Role.COUNTY_CLERK, to=within("village")),
        otherwise="这个问题不由您改。请按清单上“谁来改”一栏办理。",
    ),
    check_register=Action(
        "核查登记册数据",
        allow(Role.VILLAGE_CLERK, Role.TOWNSHIP_CLERK, Role.COUNTY_CLERK, to=within("village")),
    ),
)
