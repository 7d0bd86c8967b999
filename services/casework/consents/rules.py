"""How somebody signs, and where each adult of a household stands."""

from schemas.codes import Coded

PAPER = "/casework/files/{}/consent"  # of a file


class ConsentMethod(Coded):
    HANDWRITTEN = "HANDWRITTEN", "手写签名"
    FINGERPRINT = "FINGERPRINT", "按指印"
    ELECTRONIC = "ELECTRONIC", "电子签名"


class Answer(Coded):
    """What one person says; of whom there is no row, nobody has asked yet."""

    SIGNED = "signed", "已授权"
    REFUSED = "refused", "不同意"
