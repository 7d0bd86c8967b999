"""Words of the national system's export that mean something to a rule (A14). Its own lists are not
public: a word that none of these knows is kept as it stands, and no rule judges it.
"""

from schemas.codes import Coded, RiskCause

# The national form's causes beside those of our list (D1); a pack may know them too, by the same code.
HOUSING_UNSAFE, WATER_UNSAFE = "HOUSING_UNSAFE", "WATER_UNSAFE"


class MoreCause(Coded):
    HOUSING_UNSAFE = HOUSING_UNSAFE, "因安全住房"
    WATER_UNSAFE = WATER_UNSAFE, "因安全饮水"


Cause = RiskCause | MoreCause


class HouseholdKind(Coded):
    """户类型: what the household was before it was monitored."""

    EX_POOR = "EX_POOR", "脱贫户"
    ORDINARY_EX_POOR = "ORDINARY_EX_POOR", "一般脱贫户"
    SUBSISTENCE_EX_POOR = "SUBSISTENCE_EX_POOR", "低保脱贫户"
    EXTREME_EX_POOR = "EXTREME_EX_POOR", "特困供养脱贫户"
    RURAL = "RURAL", "一般农户"
    NOT_MONITORED = "NOT_MONITORED", "非监测户"

    @property
    def ex_poor(self) -> bool:
        return self not in (HouseholdKind.RURAL, HouseholdKind.NOT_MONITORED)


class EliminationMode(Coded):
    HELPED = "HELPED", "帮扶消除"
    NATURAL = "NATURAL", "自然消除"


class Gender(Coded):
    """GB/T 2261.1."""

    MALE = "1", "男"
    FEMALE = "2", "女"


class CertificateKind(Coded):
    RESIDENT = "RESIDENT", "居民身份证"
    DISABILITY = "DISABILITY", "残疾人证"
    PASSPORT = "PASSPORT", "护照"


class Relationship(Coded):
    """GB/T 4761, in the national system's words."""

    HEAD = "02", "户主"
    SPOUSE = "10", "配偶"
    SON = "20", "之子"
    SON_IN_LAW = "28", "之女婿"
    DAUGHTER = "30", "之女"
    DAUGHTER_IN_LAW = "38", "之儿媳"
    GRANDSON = "41", "之孙子"
    GRANDDAUGHTER = "42", "之孙女"
    DAUGHTERS_SON = "43", "之外孙子"
    DAUGHTERS_DAUGHTER = "44", "之外孙女"
    FATHER = "51", "之父"
    MOTHER = "52", "之母"
    GRANDPARENT = "60", "之祖父母"
    SIBLING = "70", "之兄弟姐妹"
    OTHER = "97", "其他"


CHILDREN = (Relationship.SON, Relationship.DAUGHTER)


class Education(Coded):
    """文化程度: of who has left school."""

    ILLITERATE = "ILLITERATE", "文盲或半文盲"
    PRIMARY = "PRIMARY", "小学"
    JUNIOR = "JUNIOR", "初中"
    SENIOR = "SENIOR", "高中"
    COLLEGE = "COLLEGE", "大专"
    UNIVERSITY = "UNIVERSITY", "本科及以上"


class Stage(Coded):
    PRESCHOOL = "PRESCHOOL", "学龄前"
    COMPULSORY = "COMPULSORY", "义务教育"
    SENIOR = "SENIOR", "高中、中职"
    COLLEGE = "COLLEGE", "大中专"
    POSTGRADUATE = "POSTGRADUATE", "研究生"


class Student(Coded):
    """在校生状况."""

    UNDER_AGE = "UNDER_AGE", "学龄前儿童"
    KINDERGARTEN = "KINDERGARTEN", "学前教育"
    PRIMARY = "PRIMARY", "小学"
    GRADE_7 = "GRADE_7", "七年级"
    GRADE_8 = "GRADE_8", "八年级"
    GRADE_9 = "GRADE_9", "九年级"
    SENIOR_1 = "SENIOR_1", "普通高中一年级"
    SENIOR_2 = "SENIOR_2", "普通高中二年级"
    SENIOR_3 = "SENIOR_3", "普通高中三年级"
    VOCATIONAL_1 = "VOCATIONAL_1", "中职一年级"
    VOCATIONAL_2 = "VOCATIONAL_2", "中职二年级"
    VOCATIONAL_3 = "VOCATIONAL_3", "中职三年级"
    COLLEGE_1 = "COLLEGE_1", "高职高专一年级"
    COLLEGE_2 = "COLLEGE_2", "高职高专二年级"
    COLLEGE_3 = "COLLEGE_3", "高职高专三年级"
    UNIVERSITY_1 = "UNIVERSITY_1", "本科一年级"
    UNIVERSITY_2 = "UNIVERSITY_2", "本科二年级"
    UNIVERSITY_3 = "UNIVERSITY_3", "本科三年级"
    UNIVERSITY_4 = "UNIVERSITY_4", "本科四年级"
    UNIVERSITY_5 = "UNIVERSITY_5", "本科五年级"
    MASTER = "MASTER", "硕士研究生"
    DOCTOR = "DOCTOR", "博士研究生"

    @property
    def stage(self) -> Stage:
        """What stage of schooling the grade belongs to."""
        return STAGES[self]


STAGES = {
    student: stage
    for stage, students in {
        Stage.PRESCHOOL: (Student.UNDER_AGE, Student.KINDERGARTEN),
        Stage.COMPULSORY: (Student.PRIMARY, Student.GRADE_7, Student.GRADE_8, Student.GRADE_9),
        Stage.SENIOR: (
            Student.SENIOR_1,
            Student.SENIOR_2,
            Student.SENIOR_3,
            Student.VOCATIONAL_1,
            Student.VOCATIONAL_2,
            Student.VOCATIONAL_3,
        ),
        Stage.COLLEGE: (
            Student.COLLEGE_1,
            Student.COLLEGE_2,
            Student.COLLEGE_3,
            Student.UNIVERSITY_1,
            Student.UNIVERSITY_2,
            Student.UNIVERSITY_3,
            Student.UNIVERSITY_4,
            Student.UNIVERSITY_5,
        ),
        Stage.POSTGRADUATE: (Student.MASTER, Student.DOCTOR),
    }.items()
    for student in students
}


class OutOfSchool(Coded):
    """失学或辍学原因 and 义务教育阶段未上学原因."""

    ILLNESS = "ILLNESS", "因病"
    DISABILITY = "DISABILITY", "因残"
    TIRED_OF_SCHOOL = "TIRED_OF_SCHOOL", "厌学"
    UNDER_AGE = "UNDER_AGE", "未到入学年龄"
    DEFERRED = "DEFERRED", "延缓入学"
    TAUGHT_AT_HOME = "TAUGHT_AT_HOME", "送教上门"
    OTHER = "OTHER", "其他"


class Health(Coded):
    HEALTHY = "HEALTHY", "健康"
    CHRONIC = "CHRONIC", "长期慢性病"
    SERIOUS = "SERIOUS", "患有大病"
    DISABLED = "DISABLED", "残疾"


class Labour(Coded):
    """劳动技能."""

    ORDINARY = "ORDINARY", "普通劳动力"
    SKILLED = "SKILLED", "技能劳动力"
    WEAK = "WEAK", "弱劳动力或半劳动力"
    LOST = "LOST", "丧失劳动力"
    NONE = "NONE", "无劳动力"

    @property
    def works(self) -> bool:
        """Whether it counts as labour of the household (D1: the first three)."""
        return self not in (Labour.LOST, Labour.NONE)


class Subsistence(Coded):
    """享受低保政策情况."""

    RURAL = "RURAL", "农村低保"
    URBAN = "URBAN", "城市低保"
    NONE = "NONE", "未享受"


class Extreme(Coded):
    """享受特困供养政策情况."""

    RURAL = "RURAL", "农村特困"
    URBAN = "URBAN", "城市特困"
    NONE = "NONE", "未享受"


class Development(Coded):
    """实施开发式帮扶措施情况."""

    DONE = "DONE", "已实施"
    NOT_DONE = "NOT_DONE", "未实施"


# By these words a measure among 综合保障 is the one or the other allowance.
SUBSISTENCE_WORDS = ("低保", "最低生活保障")
EXTREME_WORDS = ("特困",)
