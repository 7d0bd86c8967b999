"""A form on its page and at the program's door."""

import re

import pytest
from sqlmodel import select

from tests.kit.forms.toy import Visit

GOOD = {
    "village": "石桥村",
    "name": "试用甲",
    "id_number": "99012119800101001X",
    "result": "solved",
}
PAGE = {"referer": "http://testserver/toy/visits/new?village=%E7%9F%B3%E6%A1%A5%E6%9D%91"}


def kept(sessions) -> list[Visit]:
    with sessions() as session:
        return list(session.exec(select(Visit)))


def send(browser, headers=PAGE, **changed):
    return browser.post("/toy/visits", data=GOOD | changed, headers=headers)


def test_the_page_ties_each_label_to_its_input_and_says_the_limits(browser):
    page = browser.get("/toy/visits/new").text
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids)) > 40
    for name in re.findall(r'<label[^>]* for="([^"]+)"', page):
        assert name in ids
    assert re.search(r'<textarea[^>]*name="note"[^>]*maxlength="20" rows="3"', page)
    assert re.search(r'<input[^>]*name="since"[^>]*type="date"', page)
    assert re.search(r'<input[^>]*name="persons"[^>]*type="number" min="1" max="99"', page)
    assert re.search(r'<input[^>]*type="radio"[^>]*name="result" value="partly" required>', page)
    assert '<option value="H2">乙</option>' in page
    assert re.search(r'id="other-helper" name="helper" required>', page), "needed on this page"
    assert not re.search(r'visits-helper" name="helper"[^>]* required', page)
    assert "不清楚可不填" in page
    assert "<script" not in page[page.index("<main") :]  # the shell's file is its head's


def test_what_was_left_empty_counts_as_not_there(browser, sessions):
    answer = send(browser, phone="", since=" ", amount="", note="\r\n", causes=["", "ILLNESS"])
    assert answer.status_code == 303
    [visit] = kept(sessions)
    assert (visit.phone, visit.since, visit.amount, visit.note) == (None, None, None, None)
    assert (visit.persons, visit.urgent, visit.cause) == (1, False, "ILLNESS")


def test_values_are_what_people_write(browser, sessions):
    send(browser, since="2026年8月3日", amount="1,200.5元", urgent="true", phone="160 0000 0001")
    [visit] = kept(sessions)
    assert (str(visit.since), visit.amount, visit.urgent) == ("2026-08-03", 120050, True)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": ""}, "户主姓名没有填"),
        ({"result": "perhaps"}, "办理结果没有这个选项"),
        ({"note": "长" * 21}, "备注太长，最多20字"),
        ({"persons": "100"}, "家庭人口太大，最多99"),
        ({"persons": "几个"}, "家庭人口要填整数"),
        ({"since": "明天"}, "从哪天开始：日期“明天”看不明白，要写成2026-09-18这样"),
        ({"since": "1026-09-18"}, "看不明白"),
        ({"amount": "许多"}, "金额写法不对"),
        ({"id_number": "990121198001010011"}, "身份证号码校验不通过"),
        ({"unknown": "1"}, "没有“unknown”这一项"),
        ({"causes": ["ILLNESS"] * 6}, "原因太多，最多5项"),
    ],
)
def test_a_refused_form_comes_back_as_it_was_typed(browser, sessions, changed, said):
    answer = send(browser, **({"helper": "H2", "urgent": "true", "phone": "123"} | changed))
    assert answer.status_code == 422
    assert said in answer.text
    assert "联系电话应为11位手机号" in answer.text, "all that is wrong is said at once"
    first, other = answer.text.split('<section id="other">')
    assert 'name="phone" value="123"' in first
    assert '<option value="H2" selected>' in first
    assert re.search(r'name="urgent" value="true" checked', first)
    assert "aria-invalid" in first
    assert "123" not in other
    assert "aria-invalid" not in other
    assert kept(sessions) == []


def test_what_a_command_refuses_keeps_what_was_typed_too(browser, sessions):
    answer = send(browser, note="不收")
    assert answer.status_code == 422
    assert "这一户今天已经登记过。" in answer.text
    assert ">\n不收</textarea>" in answer.text
    assert re.search(r'-note-said"><div class="wrong">这一户今天已经登记过。', answer.text)
    assert 'value="试用甲"' in answer.text


def test_of_two_forms_with_one_address_the_hidden_fields_tell_which_was_sent(browser):
    answer = send(browser, village="别的村", name="", phone="123")
    first, other = answer.text.split('<section id="other">')
    assert "123" in other
    assert "123" not in first


@pytest.mark.parametrize(
    "sender",
    [
        {},
        {"referer": "http://testserver/toy/plain"},
        {"referer": "http://testserver/toy/nowhere"},
        {"referer": "http://elsewhere/toy/visits/new"},
        {"referer": "http://testserver/toy/visits/new?village=%E7%94%B2"},
    ],
)
def test_without_its_page_a_refusal_stands_alone(browser, sender):
    answer = send(browser, headers=sender, name="")
    assert answer.status_code == 422
    assert "户主姓名没有填。请改正后再提交。" in answer.text
    assert "<textarea" not in answer.text


def test_a_program_gets_the_same_rules(browser, sessions):
    assert browser.post("/toy/api/visits", json=GOOD | {"amount": 120050}).status_code == 201
    assert kept(sessions)[0].amount == 120050, "a number is fen"
    answer = browser.post("/toy/api/visits", json=GOOD | {"note": "长" * 21, "more": 1})
    assert answer.json()["detail"] == "备注太长，最多20字；没有“more”这一项。请改正后再提交。"
    answer = browser.post("/toy/api/sets", json=[GOOD, GOOD | {"persons": 0}])
    assert answer.json()["detail"] == "第2行的家庭人口太小，至少1。请改正后再提交。"
    assert answer.json()["errors"][0]["label"] == "第2行的家庭人口"


def test_a_field_without_a_label_is_not_called_by_its_name_in_the_code(browser):
    answer = browser.post("/toy/old", data={})
    assert "填写内容没有填。请改正后再提交。" in answer.text
    assert "household" not in answer.text
