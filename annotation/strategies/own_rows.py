"""The strategy of those who bring their own rows: chats, instructions, prompts with completions, taken as they are.

No verifier has seen them, since such rows hold no right answer: a trace of them has no check.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from chartered.annotation.summary import Fate, Summary, summarise
from chartered.annotation.traces import Trace, template_sha
from chartered.common.rows import Records, Unusable, mapped
from chartered.common.rows.columns import Columns
from chartered.domains.contract import Message, Problem
from chartered.domains.importing.conversations import read_turns
from chartered.domains.importing.duplicates import folded

STRATEGY = "own"
HELD_OUT = "a held-out question"


def own_traces(
    path: Path, heldout: Iterable[Problem] = (), *, columns: Columns | None = None, part: str | None = None
) -> tuple[list[Trace], Summary, dict[str, int]]:
    """The traces of a file, the counts, and what was left out by reason.

    Rows that hold a held-out question word for word are left out, and so are those that stand there before.

    Raises:
        DataError: the file cannot be read.
    """
    questions = [folded(problem.question) for problem in heldout]
    traces: dict[str, Trace] = {}
    dropped: Counter[str] = Counter()
    for _, row in Records(path, part):
        try:
            trace = _trace(read_turns(mapped(row, columns or {})), path, questions)
            if trace.problem_id in traces:
                raise Unusable("the same row as an earlier one")
            traces[trace.problem_id] = trace
        except Unusable as reason:
            dropped[reason.reason] += 1
    fates: dict[Fate, int] = {"kept": len(traces), "unusable": dropped.total()}
    said = tuple(f"{count} with {reason}" for reason, count in dropped.most_common())
    summary = summarise(STRATEGY, Counter(fates).elements(), failures=said, as_they_are=len(traces))
    return list(traces.values()), summary, dict(dropped)


def _trace(turns: tuple[Message, ...], path: Path, heldout: Sequence[str]) -> Trace:
    asked = folded("\n".join(turn["content"] for turn in turns))
    if any(question in asked for question in heldout):
        raise Unusable(HELD_OUT)
    content = json.dumps(list(turns), sort_keys=True).encode()
    return Trace(
        problem_id=hashlib.sha256(content).hexdigest()[:16],
        kind=STRATEGY,
        messages=turns,
        teacher=path.name,
        strategy=STRATEGY,
        temperature=None,
        label_leaked=True,
        template_sha=template_sha(),
        checks=(),
    )
