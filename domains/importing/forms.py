"""Forms of files that are known by their fields, and what each can be: problems, recorded answers, or traces."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from chartered.common.rows import Row
from chartered.domains.importing import conversations, results

Use = Literal["problems", "recorded", "traces"]


@dataclass(frozen=True, kw_only=True)
class Form:
    """A form of rows."""

    name: str
    uses: tuple[Use, ...]
    """What it can be, the usual one first."""
    holds: Callable[[Row], bool]
    question: Callable[[Row], Row] | None = None
    """The row with the fields of a question; None where they are its own."""
    reply: Callable[[Row], str] | None = None


def _has(*names: str) -> Callable[[Row], bool]:
    return lambda row: all(name in row for name in names)


def _chat(row: Row) -> bool:
    return any(isinstance(row.get(name), list) for name in conversations.CHATS)


def _reply(row: Row) -> str:
    return conversations.content_text(row.get("response"))


def _answered(row: Row) -> bool:
    """A question with a response, and nothing that says what is right."""
    asked = any(name in row for name in ("question", "instruction", "prompt"))
    right = {"answer", "gold", "label", "target", "options", "choices", "reference", "ground_truth"}
    return asked and "response" in row and right.isdisjoint(row)


FORMS: tuple[Form, ...] = (
    Form(name="problems of this project", uses=("problems",), holds=_has("prompt", "answer", "kind", "domain")),
    Form(name="recorded answers in arms", uses=("recorded", "problems"), holds=_has("arm", "item", "response"),
         reply=_reply),
    Form(name="samples of lm-evaluation-harness", uses=("recorded", "problems"), holds=_has("doc", "doc_id", "resps"),
         question=results.asked_in_sample, reply=results.reply_in_sample),
    Form(name="a log of inspect", uses=("recorded", "problems"), holds=_has("input", "target", "output", "id"),
         question=results.asked_in_log, reply=results.reply_in_log),
    Form(name="output of a batch", uses=("recorded",),
         holds=lambda row: "custom_id" in row and ("response" in row or "result" in row), reply=results.reply_in_batch),
    Form(name="chats (ShareGPT or messages)", uses=("traces",), holds=_chat),
    Form(name="Alpaca", uses=("traces", "problems"), holds=_has("instruction", "output")),
    Form(name="prompt and completion", uses=("traces",), holds=_has("prompt", "completion")),
    Form(name="question and response", uses=("traces",), holds=_answered),
    Form(name="questions", uses=("problems", "traces"), holds=lambda row: True, reply=_reply),
)  # fmt: skip


def form_of(rows: Sequence[Row]) -> Form:
    """The first form that most of some rows have."""
    return next(form for form in FORMS if 2 * sum(map(form.holds, rows)) > len(rows))


def question_row(form: Form, row: Row) -> Row:
    """The row in which question, options and answer are looked for."""
    return form.question(row) if form.question and form.holds(row) else row
