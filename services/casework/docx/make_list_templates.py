"""Make the templates of acts by list once more: `python services/casework/docx/make_list_templates.py`."""

from pathlib import Path

from docx.document import Document as Letter

from kit.documents.official import letter, loop, signed, text, title
from kit.documents.tables import Col, form, table

HERE = Path(__file__).parent
HOUSEHOLDS = [
    Col("序号", "{{ row.no }}", 3),
    Col("户主\n姓名", "{{ row.head_name }}", 5),
    Col("同意", "{{ row.in_favour }}", 3.5),
    Col("反对", "{{ row.against }}", 3.5),
    Col("弃权", "{{ row.abstained }}", 3.5),
    Col("回避的人", "{{ row.relatives }}", 7),
    Col("结果", "{{ row.outcome }}", 6),
    Col("说明", "{{ row.note }}", 8),
]
SIGNED = [
    Col("序号", "{{ row.left }}", 3),
    Col("到会人员签字", "", 12),
    Col("序号", "{{ row.right }}", 3),
    Col("到会人员签字", "", 12),
]

# As many columns as the pack lets stand on a notice.
NOTICED = [
    Col("序号", "{{ row.no }}", 4),
    Col("{%tc for column in columns %}", "{%tc for cell in row.cells %}", 1),
    Col("{{ column|said }}", "{{ cell }}", 8),
    Col("{%tc endfor %}", "{%tc endfor %}", 1),
]


def assessment() -> Letter:
    """评议记录: the meeting, the votes on each household, and a list to be signed."""
    document = letter()
    title(document, "{{ village }}民主评议记录")
    form(
        document,
        [
            ("会议形式", "{{ meeting.body }}", "评议日期", "{{ meeting.held_on|day }}"),
            ("地点", "{{ meeting.place }}", "主持人", "{{ meeting.chair }}"),
            ("应到人数", "{{ meeting.should_attend }}人", "到会人数", "{{ meeting.attended }}人"),
            ("会议情况", "{{ meeting.note or '—' }}"),
        ],
        (7, 14, 7, 14),
    )
    text(document, "各户表决情况：", indent=False)
    table(document, HOUSEHOLDS, "households")
    loop(document, "if stepped_out")
    text(document, "与被评议的农户有亲属关系的到会人员已回避，未参加该户表决。")
    loop(document, "endif")
    text(document, "主持人（{{ meeting.chair }}，签字）：____________", indent=False)
    text(document, "记录人（{{ meeting.recorder }}，签字）：____________", indent=False)
    title(document, "到会人员签到表", on_new_page=True)
    text(document, "{{ village }}民主评议，{{ meeting.held_on|day }}", indent=False)
    table(document, SIGNED, "seats", 12)
    return document


def notice() -> Letter:
    """公示: the households' whitelisted fields and nothing else (GT-20)."""
    document = letter()
    title(document, "{{ place }}拟纳入监测对象公示")
    text(
        document,
        "经入户核实、民主评议，拟将下列{{ rows|length }}户纳入防止返贫监测对象，现予公示。"
        "公示期{{ words }}：{{ first|day }}至{{ last|day }}。",
    )
    text(
        document,
        "如有异议，请在公示期内向{{ township }}反映。反映人的信息予以保密，匿名反映同样受理。",
    )
    text(document, "反映电话：____________________")
    table(document, NOTICED, "rows", 14)
    signed(document)
    return document


LETTERS = {"assessment": assessment, "notice": notice}


def main() -> None:
    for name, make in LETTERS.items():
        make().save(str(HERE / f"{name}.docx"))


if __name__ == "__main__":
    main()
