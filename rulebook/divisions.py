"""Division codes of 12 digits: county 6, township 3, village 3 (D2). County, township and village
end in zeros.
"""

from schemas.codes import Level


def pad(code: str) -> str:
    """The code with 12 digits, from 6, 9 or 12; `ValueError` with a Chinese text otherwise."""
    text = code.strip()
    if len(text) not in (6, 9, 12) or not (text.isascii() and text.isdigit()):
        raise ValueError(f"区划代码“{code}”不对，应为6位（县）、9位（乡镇）或12位（村）数字")
    return text.ljust(12, "0")


def level(code: str) -> Level:
    """`ValueError` for a province or prefecture, which this network does not know."""
    full = pad(code)
    if full[9:] != "000":
        return Level.VILLAGE
    if full[6:9] != "000":
        return Level.TOWNSHIP
    if full[4:6] == "00":
        raise ValueError(f"区划代码“{code}”是省级或市级，这里需要县级及以下")
    return Level.COUNTY


def county_of(code: str) -> str:
    return pad(pad(code)[:6])


def township_of(code: str) -> str:
    """Of a township or village; `ValueError` for a county."""
    if level(code) is Level.COUNTY:
        raise ValueError(f"区划代码“{code}”是县级，没有所属乡镇")
    return pad(pad(code)[:9])


def parent(code: str) -> str | None:
    """Township of a village, county of a township, None for a county."""
    match level(code):
        case Level.VILLAGE:
            return township_of(code)
        case Level.TOWNSHIP:
            return county_of(code)
        case _:
            return None


def within(code: str, ancestor: str) -> bool:
    """Whether `code` is `ancestor` or lies in it; the ancestor may also be a prefecture or province
    (350000).
    """
    full = pad(ancestor)
    length = next(n for n in (2, 4, 6, 9, 12) if full[n:] == "0" * (12 - n))
    return pad(code).startswith(full[:length])


def is_villagers_committee(code: str) -> bool:
    """Whether the last three digits are a villagers' committee's, 200–399 (GT-19); 001–199 are town
    residents'.
    """
    return 200 <= int(pad(code)[9:]) <= 399
