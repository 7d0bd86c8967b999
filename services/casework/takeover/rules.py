"""Whose a row of the ledger is: by 户编号, then by ID number; who cannot be told apart waits."""

from collections.abc import Collection

from schemas.codes import Coded


class Match(Coded):
    NUMBER = "number", "按户编号对上"
    ID_NUMBER = "id_number", "按身份证号码对上"
    PERSON = "person", "人工对上"
    OFF_REGISTER = "off_register", "不在农户名册"
    NONE = "none", "没有对上"
    SEVERAL = "several", "可能是几户"


OPEN = (Match.NONE, Match.SEVERAL)  # a person decides
BY_PERSON = (Match.PERSON, Match.OFF_REGISTER)


def match(by_number: Collection[str], by_id_number: Collection[str]) -> tuple[Match, str | None]:
    """How the row was matched, and its household: the number's, unless the ID number is another's."""
    numbered, persons = set(by_number), set(by_id_number)
    if both := numbered & persons:
        numbered = both
    elif numbered and persons:
        return Match.SEVERAL, None
    found = numbered or persons
    if len(found) != 1:
        return (Match.SEVERAL if found else Match.NONE), None
    (household,) = found
    return (Match.NUMBER if len(set(by_number)) == 1 else Match.ID_NUMBER), household
