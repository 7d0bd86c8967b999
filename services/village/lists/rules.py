"""When a list may go."""

from collections.abc import Iterable


def is_complete(nil: bool, findings: int) -> bool:
    """A report has findings or declares that there are none: never both, never neither (GT-25)."""
    return nil != (findings > 0)


def lacking(causes: Iterable[str], risk_point: str | None, matter: str | None) -> list[str]:
    """Which of the three things a village must say are not said yet (N-07)."""
    fields = {"易返贫（致贫）原因": list(causes), "风险点": risk_point, "需解决的相关事宜": matter}
    return [name for name, value in fields.items() if not value]
