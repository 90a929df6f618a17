"""Responses without the thoughts before them: what a model thinks on its way is no answer.

Covered are the marks of DeepSeek-R1, Qwen and the like (`<think>`), Magistral (`[THINK]`), Kimi, gpt-oss (channels),
Sky-T1 (`<|begin_of_thought|>`) and HuatuoGPT-o1 (headings), in any case: closed, opened and cut before the end, or
closed where the opening stands in the prompt. Thoughts without any mark cannot be told from an answer.
"""

import re

_NAMES = "think|thinking|thought|thoughts|reasoning|reflection|scratchpad|analysis|seed:think"
_OPEN = (
    rf"<\s*(?:{_NAMES})\s*>|\[THINK\]|\u25c1think\u25b7|<\|begin_of_thought\|>|<\|channel\|>\s*analysis\s*<\|message\|>"
)
_CLOSE = (
    rf"<\s*/\s*(?:{_NAMES})\s*>|\[/THINK\]|\u25c1/think\u25b7|<\|end_of_thought\|>"
    r"|<\|channel\|>\s*final\s*<\|message\|>|^##\s*Final Response\b[^\n]{0,9}$"
)
_MARK = re.compile(
    rf"(?P<open>{_OPEN}|^##\s*Thinking\b[^\n]{{0,9}}$)|(?P<close>{_CLOSE})", re.IGNORECASE | re.MULTILINE
)
_MAY_HOLD = ("<", "[", "\u25c1", "## ", "##\t")


def without_thoughts(response: str) -> str:
    """What is said behind the thoughts; empty where they were cut before their end.

    Text before a first opening mark stays: some models greet before they think.
    """
    if not any(mark in response for mark in _MAY_HOLD):
        return response
    kept, end, depth = list[str](), 0, 0
    for mark in _MARK.finditer(response):
        if mark["open"]:
            if not depth:
                kept.append(response[end : mark.start()])
            depth += 1
            continue
        if not depth:  # closed without being opened: all before it was thought
            kept.clear()
        depth, end = 0, mark.end()
    return "".join(kept) if depth else "".join([*kept, response[end:]])
