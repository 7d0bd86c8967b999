"""Code lists that cross a border: stable codes with their Chinese labels (docs/domain C, D1)."""

from enum import StrEnum
from typing import Any, Self

from pydantic import GetJsonSchemaHandler
from pydantic_core import CoreSchema


class Coded(StrEnum):
    """A code whose `label` is what people read."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    @classmethod
    def labelled(cls, label: str) -> "Coded":
        """The member with this Chinese label; `KeyError` when there is none."""
        return {member.label: member for member in cls}[label]


class Extensible(Coded):
    """A list to which a county's policy pack may add: in a contract a text with examples, to us an
    enum that learns more members when a process starts (decisions/0010).
    """

    @classmethod
    def add(cls, code: str, label: str) -> None:
        """Know one more code from now on; of one that is known already only the label changes."""
        if code not in cls._value2member_map_:
            member = str.__new__(cls, code)
            member._name_ = member._value_ = code
            cls._member_names_.append(code)
            cls._member_map_[code] = cls._value2member_map_[code] = member
        cls(code).label = label

    @classmethod
    def _missing_(cls, value: object) -> Any:
        """Validators were built of the members known then: they ask here for a later one."""
        return cls._value2member_map_.get(value)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        json_schema = handler(schema)
        definition = handler.resolve_ref_schema(json_schema)
        definition["examples"] = definition.pop("enum")
        return json_schema


class RiskCause(Extensible):
    ILLNESS = "ILLNESS", "因病"
    EDUCATION = "EDUCATION", "因学"
    DISABILITY = "DISABILITY", "因残"
    NATURAL_DISASTER = "NATURAL_DISASTER", "因自然灾害"
    ACCIDENT = "ACCIDENT", "因意外事故"
    INDUSTRY_FAILURE = "INDUSTRY_FAILURE", "因产业项目失败"
    UNSTABLE_EMPLOYMENT = "UNSTABLE_EMPLOYMENT", "因务工就业不稳"
    LABOUR_SHORTAGE = "LABOUR_SHORTAGE", "因缺劳动力"
    OTHER = "OTHER", "其他"


class GapItem(Extensible):
    """What is missing (缺什么): what an order asks for."""

    MEDICAL_COST = "MEDICAL_COST", "医疗费用"
    INSURANCE_LAPSED = "INSURANCE_LAPSED", "未参保"
    SCHOOL_COST = "SCHOOL_COST", "就学费用"
    DROPOUT = "DROPOUT", "失学辍学"
    HOUSING_UNSAFE = "HOUSING_UNSAFE", "住房安全"
    RESETTLEMENT = "RESETTLEMENT", "临时安置"
    WATER_UNSAFE = "WATER_UNSAFE", "饮水安全"
    LIVING_COST = "LIVING_COST", "基本生活"
    DISABILITY_CARE = "DISABILITY_CARE", "残疾照护"
    JOB = "JOB", "就业"
    INDUSTRY = "INDUSTRY", "产业"
    ELDER_SUPPORT = "ELDER_SUPPORT", "赡养"
    FUND = "FUND", "防返贫基金"
    OTHER = "OTHER", "其他"


class Severity(Coded):
    """URGENT travels alone and at once (I-13)."""

    ORDINARY = "ORDINARY", "一般"
    SERIOUS = "SERIOUS", "较重"
    URGENT = "URGENT", "紧急"


class Tier(Coded):
    """Where a case's source comes from (三级监测网络)."""

    VILLAGE = "VILLAGE", "村级"
    UNIT = "UNIT", "帮扶单位"
    COUNTY = "COUNTY", "县级督导"


class Stratum(Coded):
    """What a household is in the register (D1 household_stratum, C-01…C-03)."""

    EX_POOR = "EX_POOR", "脱贫户"
    UNSTABLE_EX_POOR = "UNSTABLE_EX_POOR", "脱贫不稳定户"
    MARGINAL = "MARGINAL", "边缘易致贫户"
    SUDDEN_HARDSHIP = "SUDDEN_HARDSHIP", "突发严重困难户"
    ORDINARY = "ORDINARY", "一般户"


class Level(Coded):
    COUNTY = "COUNTY", "县"
    TOWNSHIP = "TOWNSHIP", "乡镇"
    VILLAGE = "VILLAGE", "村"


class DirectoryKind(Coded):
    """What a code in the directory names; a division is listed by its level."""

    COUNTY = "COUNTY", "县"
    TOWNSHIP = "TOWNSHIP", "乡镇"
    VILLAGE = "VILLAGE", "村"
    GROUP = "GROUP", "村民小组"  # code: <village>/<group>
    UNIT = "UNIT", "帮扶单位"
    HELPER = "HELPER", "帮扶责任人"
    TEAM = "TEAM", "督导组"
    DEPARTMENT = "DEPARTMENT", "行业部门"
    POST = "POST", "职务"  # code: <place>/<post>


DIVISIONS = (DirectoryKind.COUNTY, DirectoryKind.TOWNSHIP, DirectoryKind.VILLAGE)


class Timeliness(Coded):
    """When a reporter's month came; `late` never means locked."""

    WAITING = "waiting", "未到期"
    ON_TIME = "on_time", "按时"
    LATE = "late", "迟报"
    MISSING = "missing", "未报"


class Content(Coded):
    """What a reporter's month says; nil is declared, never inferred (GT-25)."""

    DRAFT = "draft", "填报中"
    NIL = "nil", "零报告"
    FINDINGS = "findings", "有情况"


class VisitMode(Coded):
    FIELD_VISIT = "FIELD_VISIT", "实地走访"
    PHONE = "PHONE", "电话访问"


class LeadChannel(Coded):
    """How it came to light that a household may have to be monitored (I-01…I-03)."""

    NETWORK = "NETWORK", "三级监测网络"
    SELF_REPORT = "SELF_REPORT", "农户自主申报"
    CADRE = "CADRE", "干部排查"
    COUNTY_PUSH = "COUNTY_PUSH", "县级推送"


class NoticeRound(Coded):
    """Where a notice hangs (B-07); the pack says which rounds there are."""

    VILLAGE = "VILLAGE", "村内公示"
    TOWNSHIP = "TOWNSHIP", "乡镇公示"


class ObjectionChannel(Coded):
    """How an objection to a notice came in."""

    IN_PERSON = "IN_PERSON", "当面反映"
    PHONE = "PHONE", "电话"
    LETTER = "LETTER", "书面或意见箱"
    FROM_ABOVE = "FROM_ABOVE", "上级转来"


class NotAdmittedReason(Coded):
    """Why a household is not monitored (D1 not_qualified_reason)."""

    INCOME = "income", "收入高于监测范围且无突出困难"
    PROPERTY = "property", "家庭资产超过规定"
    OUT_OF_SCOPE = "out_of_scope", "不在监测范围"
    NO_CONSENT = "no_consent", "不同意授权核查"
    FALSE = "false_statement", "申报情况不实"
    COVERED = "covered", "已享受政策、风险已化解"
    OTHER = "other", "其他"


class IdentificationEnd(Coded):
    """How an identification ends without a decision of the county."""

    GIVEN_UP = "given_up", "自愿放弃"
    LAPSED = "lapsed", "自然减少"


class CaseDecision(Coded):
    """What the county decided after its visit."""

    OPEN = "open", "待核实"
    VERIFIED = "verified", "已核实"
    NOT_QUALIFIED = "not_qualified", "不符合条件"
    RECHECK = "recheck", "退回复核"
    VOID = "void", "归并有误，已撤回"


class OrderState(Coded):
    """States of an order (docs/domain/states.md#order)."""

    TO_ROUTE = "to_route", "待派单"
    ISSUED = "issued", "已交办"
    RETURNED = "returned", "退回待裁定"
    ACCEPTED = "accepted", "已签收"
    UNDER_WAY = "under_way", "办理中"
    SOLVED = "solved", "已解决待核实"
    ANSWERED = "answered", "已答复待办结"
    CONFIRMED = "confirmed", "已核实待办结"
    CLOSED = "closed", "已办结"


class OrderClock(Coded):
    """What an order waits for; each has a due day (docs/domain/states.md#order)."""

    ROUTE = "route", "派单"
    ACCEPT = "accept", "签收"
    DECIDE = "decide", "退回裁定"
    REPORT = "report", "反馈"
    SOLVE = "solve", "解决"
    CONFIRM = "confirm", "村级核实"
    CLOSE = "close", "办结"

    @property
    def owner(self) -> "ClockOwner":
        """Whose clock it is: what is late counts against him and nobody else."""
        return CLOCK_OWNERS.get(self, ClockOwner.DEPARTMENT)


class OrderNotice(Coded):
    """What another hand did to a department's order, as its system is told."""

    REASSIGNED = "reassigned", "已改派其他部门，贵单位不再办理"
    RETURN_REFUSED = "return_refused", "退回未同意，仍由贵单位办理，原时限不变"
    NO_MORE_RETURNS = (
        "no_more_returns",
        "退回次数已用完，再退回不予受理，已提交联席会议，会前仍由贵单位办理",
    )
    DOUBTED = "doubted", "村里核实尚未落实，请继续办理"
    CLOSED = "closed", "已办结"
    REOPENED = "reopened", "退回重新办理"
    DUE_MOVED = "due_moved", "解决时限已调整"
    RECOUNTED = "recounted", "国务院公布或更正了日历，时限随之调整"


class ClockOwner(Coded):
    """Who owes what an order waits for."""

    DEPARTMENT = "department", "承办部门"
    VILLAGE = "village", "村"
    OFFICE = "office", "县级牵头部门"


CLOCK_OWNERS = {
    OrderClock.ROUTE: ClockOwner.OFFICE,
    OrderClock.DECIDE: ClockOwner.OFFICE,
    OrderClock.CONFIRM: ClockOwner.VILLAGE,
    OrderClock.CLOSE: ClockOwner.OFFICE,
}


class OrderPart(Coded):
    """What an order is to a department now."""

    LEAD = "lead", "主办"
    CO_HANDLER = "co_handler", "配合"
    NONE = "none", "不再办理"


class OrderChange(Coded):
    """What happened last to an order, by whatever hand: the fixed phrase of its reason."""

    ISSUE = "issue", "交办"
    ACCEPT = "accept", "签收"
    RETURN = "return", "退回"
    REFUSE_RETURN = "refuse_return", "退回不予同意"
    SOLVE = "solve", "反馈：已解决"
    PLAN = "plan", "反馈：正在办理"
    ANSWER = "answer", "反馈：已答复"
    PROGRESS = "progress", "报告进展"
    CONFIRM = "confirm", "村里核实：已落实"
    DOUBT = "doubt", "村里核实：未落实"
    CONFIRM_BY_OFFICE = "confirm_by_office", "牵头部门核实：已落实"
    CLOSE = "close", "办结"
    REOPEN = "reopen", "重新办理"
    MOVE_DUE = "move_due", "调整解决时限"
    REASSIGN = "reassign", "联席会议改派"
    REROUTE = "reroute", "部门撤并，改派"
    FOLLOW_CALENDAR = "follow_calendar", "按公布的日历调整时限"
    KEEP = "keep", "联席会议决定"
    FALL_OVERDUE = "fall_overdue", "逾期"
    RESTATE = "restate", "重新告知，没有变化"


class ReplyTaken(Coded):
    """How a reply was taken."""

    TAKEN = "taken", "已受理"
    LATE = "late", "已受理，迟于时限"
    FOR_MEETING = "for_meeting", "退回次数已用完，已提交联席会议"


class ReplyRefusal(Coded):
    """Why a reply was not taken."""

    EMPTY = "empty", "没有内容"
    NO_ENVELOPE = "no_envelope", "缺少CloudEvents属性"
    BAD_ID = "bad_id", "编号不是UUID"
    ID_USED = "id_used", "编号已经用过"
    WRONG_SOURCE = "wrong_source", "来源不符"
    WRONG_DEPARTMENT = "wrong_department", "部门代码不符"
    UNKNOWN_TYPE = "unknown_type", "没有这种回复"
    NOT_JSON = "not_json", "不是UTF-8的JSON"
    INVALID = "invalid", "字段不符合约定"
    TOO_LARGE = "too_large", "太大"
    NOT_OPENED = "not_opened", "密封内容打不开"
    UNKNOWN_ORDER = "unknown_order", "没有这张交办单"
    UNKNOWN_COMPARISON = "unknown_comparison", "没有这次数据比对"
    NOT_YOURS = "not_yours", "不由贵单位办理"
    WRONG_STATE = "wrong_state", "当前状态不能办理"
    INCOMPLETE = "incomplete", "内容不全或不合规定"
    TOO_OFTEN = "too_often", "太频繁"
    POSTPONED = "postponed", "暂未处理，已留存"
    FAILED = "failed", "没能处理"


class ReplyResult(Coded):
    """What a department answers (D11)."""

    SOLVED = "solved", "已解决"
    PARTLY = "partly", "部分解决"
    PLANNED = "planned", "已定方案正在实施"
    FACTS_DIFFER = "facts_differ", "经核实情况不符"
    NOT_ELIGIBLE = "not_eligible", "不符合政策"
    OTHER_CHANNEL = "other_channel", "转其他渠道"


class Role(Coded):
    """Who acts. An `Actor` has one role and one place (a division, unit, team or department
    code).
    """

    ADMINISTRATOR = "ADMINISTRATOR", "系统管理员"
    GROUP_LEADER = "GROUP_LEADER", "村民小组长"
    GRID_WORKER = "GRID_WORKER", "网格员"
    VILLAGE_CLERK = "VILLAGE_CLERK", "村文书"
    VILLAGE_SECRETARY = "VILLAGE_SECRETARY", "村支书"
    VILLAGE_WORK_TEAM = "VILLAGE_WORK_TEAM", "驻村工作队"
    TOWNSHIP_VILLAGE_LIAISON = "TOWNSHIP_VILLAGE_LIAISON", "包村干部"
    TOWNSHIP_CLERK = "TOWNSHIP_CLERK", "乡镇专干"
    TOWNSHIP_HEAD = "TOWNSHIP_HEAD", "乡镇主要领导"
    HELPER = "HELPER", "帮扶责任人"
    UNIT_CLERK = "UNIT_CLERK", "帮扶单位经办人"
    UNIT_HEAD = "UNIT_HEAD", "帮扶单位主要领导"
    SUPERVISOR = "SUPERVISOR", "督导组长"
    COUNTY_CLERK = "COUNTY_CLERK", "县级牵头部门经办人"
    COUNTY_LEADER = "COUNTY_LEADER", "县领导"
    LEADING_GROUP = "LEADING_GROUP", "领导小组"
    DEPARTMENT_CLERK = "DEPARTMENT_CLERK", "行业部门经办人"
    DEPARTMENT_HEAD = "DEPARTMENT_HEAD", "行业部门主要领导"
    SYSTEM = "SYSTEM", "系统"


# The first two departments of D-02…D-05 and the twelve measures' owners; a county may add its own.
DEPARTMENTS = {
    "housing": "住房和城乡建设局",
    "health-insurance": "医疗保障局",
    "health": "卫生健康局",
    "education": "教育局",
    "civil-affairs": "民政局",
    "disabled-federation": "残疾人联合会",
    "human-resources": "人力资源和社会保障局",
    "agriculture": "农业农村局",
    "water": "水利局",
    "natural-resources": "自然资源局",
    "development-reform": "发展和改革局",
    "emergency": "应急管理局",
    "justice": "司法局",
}
