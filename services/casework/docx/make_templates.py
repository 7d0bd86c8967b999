"""Make casework's templates once more: `python services/casework/docx/make_templates.py`."""

from pathlib import Path

from docx.document import Document as Letter

from kit.documents.official import heading, letter, loop, text, title
from kit.documents.tables import Col, form, table

HERE = Path(__file__).parent
SIGN = "签字：____________　　____年____月____日"


def consent() -> Letter:
    """承诺授权书: one paper a household, a line for each adult."""
    document = letter()
    title(document, "承诺授权书")
    text(document, "编号：{{ number }}", indent=False)
    text(document, "户主：{{ head_name }}　　住址：{{ place }}", indent=False)
    text(
        document,
        "一、本户承诺：向村、乡镇和县里反映的家庭人口、收入、支出和资产情况真实、完整；有变化及时告知。",
    )
    text(
        document,
        "二、本户授权：县防止返贫监测牵头部门和有关部门，为认定监测对象和落实帮扶，"
        "核对下列签字人的户籍、收入、社会保险、房产、车辆、经营主体、存款申报等信息。"
        "核对结果只用于这一用途，不向无关的人公开。",
    )
    text(
        document, "三、未签字的成年家庭成员，不核对其本人的信息；本户可以书面撤回授权或者放弃申报。"
    )
    table(document, SIGNERS, "signers", size=12)
    text(document, "工作人员（签字）：____________　　____年____月____日", indent=False)
    return document


SIGNERS = [
    Col("姓名", "{{ row.name }}", 6),
    Col("与户主\n关系", "{{ row.relationship }}", 5),
    Col("身份证号码", "{{ row.id_number }}", 12),
    Col("签字或指印", "{{ row.signed }}", 10),
    Col("日期", "{{ row.on }}", 10),
]
PEOPLE = [
    Col("姓名", "{{ row.name }}", 6),
    Col("与户主关系", "{{ row.relationship }}", 7),
    Col("年龄", "{{ row.age }}", 4),
    Col("身份证号码", "{{ row.id_number }}", 14),
]
FIGURES = [
    Col("项目", "{{ row.line }}", 9),
    Col("申报（元）", "{{ row.declared }}", 7),
    Col("部门数据（元）", "{{ row.department }}", 7),
    Col("相差（元）", "{{ row.difference }}", 7),
    Col("来源", "{{ row.source }}", 5),
]
STEPS = [
    Col("环节", "{{ row.name|said }}", 5),
    Col("办理情况", "{{ row.words }}", 20),
    Col("签字盖章", "{{ row.signed|said }}\n\n{{ row.on }}", 9),
]


def _income(document: Letter) -> None:
    text(document, "测算周期：{{ period }}。共同收支：{{ shares }}。", indent=False)
    loop(document, "if figures")
    table(document, FIGURES, "figures")
    loop(document, "endif")
    text(document, "{{ net }}")
    text(document, "{{ assessed }}")


def visit() -> Letter:
    """入户核实表: what was found at home, signed by household and verifiers."""
    document = letter()
    title(document, "入户核实表")
    text(document, "编号：{{ number }}　　入户日期：{{ visited_on }}", indent=False)
    table(document, PEOPLE, "people")
    form(
        document,
        [
            ("户主姓名", "{{ head_name }}", "户编号", "{{ household_number }}"),
            ("住址", "{{ place }}"),
            ("核实人员", "{{ visitors }}"),
            ("住房", "{{ house }}", "饮水", "{{ water }}"),
            ("教育", "{{ education }}", "医疗", "{{ medical }}"),
            ("务工就业", "{{ work }}"),
            ("刚性支出", "{{ rigid }}", "年收入\n大约", "{{ rough }}"),
            ("资产", "{{ assets }}", "自主应\n对能力", "{{ coping }}"),
            ("原因", "{{ causes }}"),
            ("研判", "{{ judgement }}"),
        ],
        (7, 14, 7, 14),
    )
    heading(document, "收入测算")
    _income(document)
    text(document, f"户主（{SIGN}）", indent=False)
    text(document, f"核实人员（{SIGN}）", indent=False)
    text(document, f"核实人员（{SIGN}）", indent=False)
    return document


def identification() -> Letter:
    """认定表 (D7): what is there so far; steps to come stay empty for hand and stamp."""
    document = letter()
    title(document, "防止返贫监测对象认定表")
    text(document, "编号：{{ number }}", indent=False)
    table(document, PEOPLE, "people")
    form(
        document,
        [
            ("户主姓名", "{{ head_name }}", "户编号", "{{ household_number }}"),
            ("住址", "{{ place }}"),
            ("线索来源", "{{ channel }}", "收到日期", "{{ lead_on }}"),
            ("承诺授权", "{{ consent }}"),
            ("入户核实", "{{ visited_on }}　{{ visitors }}"),
            ("住房", "{{ house }}", "饮水", "{{ water }}"),
            ("教育", "{{ education }}", "医疗", "{{ medical }}"),
            ("收入", "{{ heads }}"),
            ("刚性支出", "{{ rigid }}", "资产", "{{ assets }}"),
            ("原因", "{{ causes }}"),
            ("研判", "{{ judgement }}"),
            ("拟定类别", "{{ category }}", "测算建议", "{{ suggestion }}"),
        ],
        (7, 14, 7, 14),
    )
    document.add_paragraph()
    table(document, STEPS, "steps", size=12)
    return document


def receipt() -> Letter:
    """受理回执: what was received, and by when the household is told."""
    document = letter()
    title(document, "监测对象申报受理回执")
    text(document, "编号：{{ number }}", indent=False)
    text(document, "{{ place }}{{ head_name }}：", indent=False)
    text(
        document,
        "您家{{ lead.on|day }}提出的监测对象申报已经受理。"
        "{% if joined %}您家已在识别，这次反映的情况并入原来的档案。{% endif %}",
    )
    text(document, "反映的情况：{{ lead.words or '____________________' }}")
    text(
        document,
        "{% if visit_due %}乡镇在{{ visit_due|day }}前派人入户核实，请备好户口簿、收支凭证。{% endif %}"
        "{% if total_due %}识别在{{ total_due|day }}前办完（遇疑点复核的顺延）。{% endif %}"
        "是否纳入，由村告知您；不予纳入的，书面说明理由。",
    )
    text(document, "办理情况请凭本回执编号向村或者{{ township }}查询。")
    text(document, "联系电话：____________________")
    form(
        document,
        [
            ("受理单位\n（盖章）", "", "受理日期", "{{ lead.entered_on|day }}"),
            ("受理人\n（签字）", "", "登记人", "{{ lead.entered_by|said }}"),
            ("申报人\n（签字）", "", "收到日期", "____年____月____日"),
        ],
        (6, 12, 6, 12),
    )
    text(document, "本回执一式两份，农户和受理单位各存一份。", indent=False)
    return document


LETTERS = {"consent": consent, "visit": visit, "form": identification, "receipt": receipt}


def main() -> None:
    for name, make in LETTERS.items():
        make().save(str(HERE / f"{name}.docx"))


if __name__ == "__main__":
    main()
