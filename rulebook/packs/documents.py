"""Section of the office's own papers (公文, D16)."""

from rulebook.packs.basis import Section


class Documents(Section):
    """What stands on a letter beside its text. What is empty leaves a blank to fill in by hand."""

    issuer: str
    """Whose letter it is (发文机关), in full; empty: the county and its `lead_office_name`."""
    code: str
    """发文机关代字, as 守防返贫办: bulletin, notices and minutes then share one running number a year."""
    recipients: tuple[str, ...]
    """Whom a bulletin is sent to (主送)."""
    copies: tuple[str, ...]
    """Who gets a copy of bulletin and minutes (抄送)."""
    place: str
    """Where the joint meeting usually is."""
    contact: str
    """The office's contact person and telephone, on papers to departments and villages."""
