"""What each field of a form or a body is called, and what is wrong with it, in a clerk's words."""

from collections.abc import Iterable, Mapping
from typing import Any

LABELS = {
    "about": "大致时间", "accept_explanation": "是否采纳说明", "advice": "建议", "agree": "是否同意", "agreed": "是否同意",
    "aliases": "曾用名", "amount": "落实金额", "at_risk": "有没有返贫风险", "back": "返回页面", "body": "填写内容",
    "by": "联系方式", "by_office": "牵头部门核实", "candidate_id": "疑似漏报", "case": "个案", "case_id": "个案",
    "category": "监测对象类别", "cause": "致贫返贫风险", "causes": "致贫返贫风险", "chair": "主持人", "channel": "识别渠道",
    "co_handlers": "协办部门", "code": "代码", "day": "日期", "decision": "结论", "decision_id": "会议决定",
    "disability": "残疾类别等级", "gender": "性别", "health": "健康状况", "labour": "劳动能力", "village_name": "村名",
    "department": "部门", "departments": "部门", "division": "区划", "draft": "草稿", "drafts": "各行", "due": "期限",
    "education": "就学情况", "eliminated_mode": "风险消除方式", "eliminated_on": "风险消除日期", "entry_reason": "补录原因",
    "expected_on": "预计完成日期", "explanation": "说明", "file": "文件", "files": "文件", "finding": "上报的风险",
    "findings": "上报的风险", "for_leader": "代组长填报", "found_on": "发现日期", "gap_item": "缺口(缺什么)", "group": "组别",
    "handler": "经办人", "head_name": "户主姓名", "held_on": "召开日期", "helper": "帮扶人", "house": "住房情况",
    "household": "农户", "how": "联系结果", "id": "编号", "id_number": "身份证号码", "identified_on": "识别日期",
    "income": "收入情况", "issued_on": "签发日期", "item": "各行", "kind": "种类", "kinship": "与户主关系", "leader": "组长",
    "letter": "文书", "level": "级别", "line_id": "议题", "living": "生活情况", "matter": "需解决的相关事宜",
    "medical": "就医情况", "meeting_id": "会议", "members": "家庭成员", "met": "见到谁", "mode": "方式", "month": "月份",
    "name": "名称(姓名)", "name_id": "拟通报单位", "names": "拟通报单位", "needs": "缺口(缺什么)", "neglected": "未联系",
    "newcomer": "不在册农户", "nil": "零报告", "note": "备注", "note_rest": "其余议题", "notes": "走访记录", "number": "编号",
    "on": "日期", "on_behalf": "代谁填报", "on_behalf_of": "代谁填报", "on_register": "是否在册", "order": "交办单",
    "outcome": "核对结果", "overdue": "是否逾期", "own_system_updated": "本部门系统是否更新", "page": "页码", "page_no": "页码",
    "parent": "上级区划", "people": "到会人员", "person_name": "对象姓名", "persons": "人数", "persons_eliminated": "风险消除人数",
    "phone": "电话", "place": "地点", "position": "次序", "post": "职务", "presence": "到会情况", "primary_cause": "主要原因",
    "problem": "发现问题", "production": "生产情况", "proposed": "建议改派的部门", "q": "查找内容", "question": "要解决的问题",
    "reached": "是否联系上", "reason": "原因", "received": "是否落实", "received_on": "收到日期", "relationship": "与户主关系",
    "remarks": "备注", "removed_reason": "移出理由", "responsible": "责任人", "restore": "是否恢复", "result": "办理结果",
    "risk_point": "风险点", "role": "角色", "rows": "各行", "screened_by": "摸排人", "send_without": "不含有误的行",
    "severity": "紧急程度", "since": "风险发生时间", "size": "家庭人口", "stands_for": "代谁参会", "state": "状态",
    "status": "状态", "still_at_risk": "是否仍有风险", "stratum": "农户类型", "submit": "是否上报", "supervisor": "督导组长",
    "task": "任务", "team": "督导组", "text": "内容", "title": "标题", "to": "接手的帮扶人", "townships": "乡镇",
    "township": "乡镇", "tries": "联系次数", "unit": "帮扶单位", "until": "截止日期", "urgent": "是否紧急", "village": "村",
    "visited_on": "入户日期", "visitors": "入户人员", "water": "饮水情况", "written_on": "落款日期",
}  # fmt: skip
WRONG = {
    "missing": "没有填", "string_too_short": "没有填", "string_too_long": "太长", "enum": "没有这个选项",
    "literal_error": "没有这个选项", "json_invalid": "不完整",
    "date_parsing": "要写成2026-09-18这样", "date_from_datetime_parsing": "要写成2026-09-18这样",
    "int_parsing": "要填整数", "int_from_float": "要填整数", "int_type": "要填整数", "bool_parsing": "要选是或否",
    "greater_than_equal": "太小", "less_than_equal": "太大",
}  # fmt: skip


def label(at: Iterable[int | str]) -> str:
    """The name of the field at this place of a request: ("body", "findings", 2, "since") is "第3行的风险发生时间"."""
    row, name = "", "填写内容"
    for part in at:
        if isinstance(part, int):
            row = f"第{part + 1}行的"
        else:
            name = LABELS.get(part, name)
    return row + name


def objection(error: Mapping[str, Any]) -> str:
    """One of pydantic's errors as a clerk reads it: "月份没有填"."""
    said = error.get("ctx", {}).get("error")
    if error["type"] == "value_error" and isinstance(said, ValueError):
        return str(said).rstrip("。")  # our own words
    return label(error["loc"]) + WRONG.get(error["type"], "填得不对")
