"""Answers out of what was written: by a model behind an endpoint, by a function, or elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass

from chartered.audit.cases import Answer, Case
from chartered.audit.respondents.reading import verified_answers
from chartered.common.reply import FILTERED, Reply
from chartered.domains.contract import Checks

KEPT_BACK = "kept back by a filter of the endpoint"
REFUSED = "refused by the endpoint, which answers other requests"
FROM_THOUGHT = "read out of what the model thought, since it wrote nothing else"
PARTS = "with parts that are not text, which were left out"
NO_TEMPERATURE = "at the endpoint's own temperature, since it takes no other"
NO_SEED = "without a seed, since the endpoint takes none"
STREAMED = "sent in pieces"
OF_THE_WHOLE = (NO_TEMPERATURE, NO_SEED, STREAMED)
"""Remarks that go for every answer of an audit, so that they belong to how it was decoded and are not counted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """What was written to one case."""

    text: str
    whole: bool = True
    """Whether an answer can be in it; what was cut off, refused or never came has none."""
    remarks: tuple[str, ...] = ()


def written_by(reply: Reply) -> Written:
    """What a reply of an endpoint holds."""
    kept_back = reply.finish == FILTERED
    noted = {
        KEPT_BACK: kept_back,
        FROM_THOUGHT: reply.from_reasoning,
        PARTS: reply.unread > 0,
        NO_TEMPERATURE: "temperature" in reply.left_out,
        NO_SEED: "seed" in reply.left_out,
        STREAMED: reply.streamed,
    }
    return Written(
        text=reply.answer or ("" if kept_back else reply.refusal),
        whole=not (kept_back or reply.refusal or reply.finish == "length"),
        remarks=tuple(remark for remark, holds in noted.items() if holds),
    )


def read_written(checker: Checks, cases: Sequence[Case], written: Sequence[Written]) -> list[Answer]:
    """The answers in what was written to the cases, in order; a choice is read by the domain's verifier.

    Raises:
        AuditError: the verifier failed on one, so that it was not read.
    """
    pairs = list(zip(cases, written, strict=True))
    to_read = [
        n for n, (case, given) in enumerate(pairs) if case.ask == "choose" and given.whole and given.text.strip()
    ]
    read = verified_answers(checker, [(cases[n].problem, written[n].text) for n in to_read])
    choices = {n: answer.choice for n, answer in zip(to_read, read, strict=True)}
    return [
        Answer(choice=choices.get(n), response=given.text, remarks=given.remarks) for n, (_, given) in enumerate(pairs)
    ]
