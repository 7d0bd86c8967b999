"""The head rows of workbooks that offices hand in."""

REGISTER = (
    "户编号",
    "乡镇",
    "村名",
    "组别",
    "农户类型",
    "姓名",
    "身份证号码",
    "性别",
    "与户主关系",
    "健康状况",
    "残疾类别等级",
    "劳动能力",
    "联系电话",
)
