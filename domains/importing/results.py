"""What evaluations wrote: samples of lm-evaluation-harness, logs of inspect, output of batches of OpenAI and Anthropic.

Each row holds a reply; those of the first two hold the question as well.
"""

from collections.abc import Mapping
from string import ascii_uppercase
from typing import Any

from chartered.common.rows import Row, dotted, missing, plain_text
from chartered.domains.importing.conversations import content_text


def asked_in_sample(row: Row) -> Row:
    """The row of the data set that lm-evaluation-harness asked; where it has no field of a question, the prompt."""
    doc = row["doc"] if isinstance(row.get("doc"), Mapping) else {}
    return {"prompt": _argument(row.get("arguments")), "target": row.get("target"), **doc}


def _argument(given: Any) -> Any:
    while isinstance(given, list | Mapping) and given:
        given = given[0] if isinstance(given, list) else next(iter(given.values()))
    return given


def reply_in_sample(row: Row) -> str:
    """The generated text, or the letter of the option with the highest likelihood."""
    given = row.get("filtered_resps") or row.get("resps") or []
    first = given[0] if isinstance(given, list) and given else given
    scores = [_likelihood(each) for each in given] if isinstance(given, list) else []
    if len(scores) > 1 and None not in scores:
        return ascii_uppercase[max(range(len(scores)), key=lambda place: scores[place] or 0.0)]
    while isinstance(first, list) and first:
        first = first[0]
    return plain_text(first) or ""


def _likelihood(given: Any) -> float | None:
    """Of a pair of log-likelihood and whether it is the greedy one."""
    while isinstance(given, list) and len(given) == 1:
        given = given[0]
    if not isinstance(given, list) or len(given) != 2 or str(given[1]) not in ("True", "False"):
        return None
    try:
        return float(given[0])
    except (TypeError, ValueError):
        return None


def asked_in_log(row: Row) -> Row:
    """The question of a sample in a log of inspect."""
    given = row.get("input")
    if isinstance(given, list):
        given = next(
            (content_text(each.get("content")) for each in reversed(given) if each.get("role") == "user"), None
        )
    return {"question": given, "options": row.get("choices") or None, "answer": row.get("target")}


def reply_in_log(row: Row) -> str:
    """The completion of a sample in a log of inspect."""
    completion = dotted(row, "output.completion")
    return plain_text(completion) or content_text(dotted(row, "output.choices.0.message.content"))


def reply_in_batch(row: Row) -> str:
    """The reply to one request of a batch; "" where it failed."""
    for path in ("response.body.choices.0.message.content", "result.message.content"):
        if text := content_text(dotted(row, path)):
            return text
    output = dotted(row, "response.body.output")  # the responses endpoint
    messages = [item for item in output if isinstance(item, Mapping)] if isinstance(output, list) else []
    return "".join(content_text(item.get("content")) for item in messages if item.get("type") == "message")


def model_of(row: Row) -> str | None:
    """The model that a row names, wherever it does."""
    paths = ("model", "response.body.model", "result.message.model", "output.model", "model_name", "eval.model")
    return next((str(name) for path in paths if not missing(name := dotted(row, path))), None)
