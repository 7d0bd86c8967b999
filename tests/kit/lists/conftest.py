from tests.kit.forms.conftest import browser

__all__ = ["browser"]
