"""What is searched for."""

from kit.forms import text
from kit.lists import Asking


class SearchFor(Asking):
    q: str = text("姓名、户编号、身份证号码或单位名称", "", most=100)
