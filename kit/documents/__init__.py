"""Papers that leave: workbooks and letters an office goes on with in Excel, WPS or Word.

    letter(TEMPLATES / "agenda.docx", "会议议程", {"place": …})      an office's own .docx with jinja tags
    sheets("2026-09月通报", [Table("监测对象", ["类别", "户"], rows)])   A4, header on each page, harmless

A feature's room `documents` says template, name and values; its door answers `paper.answer()`. How
an official document (公文) is laid out: `kit.documents.official`.
"""

from kit.documents.letters import letter
from kit.documents.papers import Paper
from kit.documents.workbooks import Percent, Table, safe_cell, sheets

__all__ = ["Paper", "Percent", "Table", "letter", "safe_cell", "sheets"]
