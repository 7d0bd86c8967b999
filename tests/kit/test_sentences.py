from kit.sentences import ended, sentences


def test_a_sentence_ends_once():
    """Whatever somebody typed with its own full stop keeps one."""
    assert sentences("人工已确认。", "有人说", "真的？", " ") == "人工已确认。有人说。真的？"
    assert ended("") == ""
