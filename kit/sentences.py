"""Chinese sentences put together: each ends once, whatever the words typed by people end with."""

ENDS = ("。", "！", "？", "!", "?")


def ended(text: str) -> str:
    """The text with its full stop, none added where it has its end."""
    text = text.strip()
    return text if not text or text.endswith(ENDS) else f"{text}。"


def sentences(*texts: str) -> str:
    return "".join(map(ended, texts))
