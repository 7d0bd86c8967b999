"""Chinese sentences put together: each ends once, whatever the words typed by people end with."""

ENDS = ("！", "？", "!", "?", "…")


def ended(text: str) -> str:
    """The text as a sentence, with one mark at its end; nothing stays nothing."""
    bare = text.strip().rstrip("。；;，,")
    return bare if not bare or bare.endswith(ENDS) else f"{bare}。"


def sentences(*texts: str) -> str:
    return "".join(map(ended, texts))
