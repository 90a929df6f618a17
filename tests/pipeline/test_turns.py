import json
from pathlib import Path
from typing import Any

import pytest
from tests.adapt.templates import DEAF, NO_SYSTEM, THINKING, TURNS, changed
from tests.paths import TOY

from chartered.annotation.traces import Trace, write_traces
from chartered.common.errors import ModelError
from chartered.common.progress import Reporter
from chartered.domains import Message, load_domain
from chartered.pipeline.line import TRACES, Line
from chartered.pipeline.prepare import TRAIN
from chartered.pipeline.recipe import Recipe
from chartered.pipeline.turns import check_turns

USER: Message = {"role": "user", "content": "How much is 2 + 2?"}
SYSTEM: Message = {"role": "system", "content": "Be brief."}


@pytest.fixture
def line(tiny_model: Path, tmp_path: Path) -> Any:
    """Gives the line of a run of fine-tuning, of a model with another template."""

    def opened(template: str | None, **blocks: Any) -> Line:
        recipe = Recipe.model_validate({"domain": f"{TOY}:domain", "data": {"problems": ["sums"]}, **blocks})
        return Line(
            recipe=recipe,
            domain=load_domain(recipe.domain),
            folder=tmp_path,
            start=changed(tiny_model, tmp_path / "model", template),
            start_sha256="",
            reporter=Reporter(),
        )

    return opened


def asked(folder: Path, *turns: Message) -> Path:
    row = {"prompt": turns, "answer": "4", "kind": "sum", "domain": "toy", "split": "train"}
    (folder / TRAIN).write_text(json.dumps(row) + "\n")
    return folder


def traced(folder: Path, answer: str) -> Path:
    trace = Trace(
        problem_id="1", kind="sum", messages=(USER, {"role": "assistant", "content": answer}), teacher="t",
        strategy="own", temperature=None, label_leaked=True, template_sha="", checks=(),
    )  # fmt: skip
    write_traces(folder / TRACES, [trace])
    return folder


def test_problems_with_a_system_turn_are_told_of_a_template_that_refuses_or_drops_it(line: Any, tmp_path: Path) -> None:
    refusing = line(NO_SYSTEM, finetune={})
    assert check_turns(refusing, asked(tmp_path, USER)) == []
    with pytest.raises(ModelError, match="System role not supported"):
        check_turns(refusing, asked(tmp_path, SYSTEM, USER))


@pytest.mark.parametrize("blocks", [{}, {"finetune": {}}])
def test_a_system_turn_that_is_left_out_is_said_of_a_run_with_and_without_training(
    line: Any, tmp_path: Path, blocks: Any
) -> None:
    dropping = line(DEAF, **blocks)
    assert check_turns(dropping, asked(tmp_path, USER)) == []
    (note,) = check_turns(dropping, asked(tmp_path, SYSTEM, USER))
    assert "leaves out or changes the system turn" in note


def test_a_prompt_that_is_asked_otherwise_after_a_system_turn_is_refused_before_training(
    line: Any, tmp_path: Path
) -> None:
    two = TURNS.replace("<|assistant|>{% endif %}", "<|assistant|>{{ 'So' if messages | length > 1 }}{% endif %}")
    run = line(two, finetune={})
    assert check_turns(run, asked(tmp_path, USER)) == []
    with pytest.raises(ModelError, match="asked with 'So'"):
        check_turns(run, asked(tmp_path, SYSTEM, USER))


def test_traces_whose_thoughts_the_template_leaves_out_are_said(line: Any, tmp_path: Path) -> None:
    run = line(THINKING, finetune={})
    assert check_turns(run, traced(tmp_path, "Answer: 4")) == []
    (note,) = check_turns(run, traced(tmp_path, "<think>\nTwo and two.\n</think>\n\nAnswer: 4"))
    assert "leaves out the thoughts of traces" in note


def test_a_model_without_template_is_asked_in_plain_text_and_has_nothing_to_refuse(line: Any, tmp_path: Path) -> None:
    assert check_turns(line(None), asked(tmp_path, SYSTEM, USER)) == []
