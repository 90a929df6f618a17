from pathlib import Path
from typing import Any

import pytest
import torch
import yaml
from tests.paths import TOY

from chartered.common.errors import UsageError
from chartered.common.progress import Reporter
from chartered.domains import load_domain
from chartered.domains.checking.checker import Checker
from chartered.domains.records import read_problems
from chartered.pipeline.fitting import Fitting, is_out_of_memory
from chartered.pipeline.line import Line
from chartered.pipeline.prepare import HELDOUT, prepare_data
from chartered.pipeline.recipe import TRAINING, Recipe

GIB = 2**30
RECIPE: dict[str, Any] = {
    "domain": f"{TOY}:domain",
    "data": {"corpora": ["notes"], "problems": ["sums", "sizes"], "heldout": 10},
    "pretrain": {"max_length": 128},
    "finetune": {},
    "reinforce": {"rewards": {"correct": 1.0}, "problems": ["sum"]},
}


@pytest.fixture
def toy_line(tiny_model: Path, tmp_path: Path) -> Any:
    """A function that opens the line of the recipe above with keys changed, and prepares its data."""

    def opened(**changed: Any) -> Line:
        recipe = Recipe.model_validate({**RECIPE, **changed})
        line = Line(
            recipe=recipe,
            domain=load_domain(recipe.domain),
            folder=tmp_path / "run",
            start=tiny_model,
            start_sha256="",
            reporter=Reporter(),
        )
        (tmp_path / "run" / "prepare").mkdir(parents=True, exist_ok=True)
        prepare_data(line.domain, Checker(line.domain), line.recipe.data, tmp_path / "run" / "prepare")
        return line

    return opened


def _fitting(line: Line, room: float | None = None) -> Fitting:
    fitting = Fitting(line, line.folder / "prepare")
    fitting.room = room or fitting.room
    return fitting


def test_stages_are_sized_by_their_longest_rows(toy_line: Any) -> None:
    works = _fitting(toy_line()).works
    # a byte is a token: the template's turn and end, 21 letters at most in "How much is 19 + 4?" and its like
    prompts = [p for p in read_problems(toy_line().folder / "prepare" / HELDOUT)]
    longest = max(len("".join(turn["content"] for turn in p.prompt)) for p in prompts)
    assert set(works) == {*TRAINING, "score-base", *(f"score-{name}" for name in TRAINING)}
    assert longest < works["score-base"].longest < longest + 120  # the domain's words around it
    assert works["reinforce"].longest < works["finetune"].longest  # with the worked solution


def test_what_is_not_prepared_is_not_sized(toy_line: Any, tmp_path: Path) -> None:
    assert Fitting(toy_line(), tmp_path / "nothing").works == {}


def test_a_stage_that_fits_goes_on_and_one_that_cannot_fit_is_refused_with_keys_that_would(toy_line: Any) -> None:
    line = toy_line(reinforce={**RECIPE["reinforce"], "per_device_train_batch_size": 4096})
    _fitting(line, room=2 * GIB).check(["score-base", "finetune"])
    with pytest.raises(UsageError) as refused:
        _fitting(line, room=2 * GIB).check(["score-base", "reinforce"])
    said = str(refused.value)
    assert said.startswith("reinforce needs about ") and "\n" not in said
    assert "this machine has 2.0 GiB to give; set `per_device_train_batch_size: " in said
    assert " with `gradient_accumulation_steps: " in said and " under reinforce (about " in said


def test_a_stage_that_no_key_makes_fit_says_so(toy_line: Any) -> None:
    with pytest.raises(UsageError, match=r"score-base needs about .* no key under score would make it fit"):
        _fitting(toy_line(), room=0.1 * GIB).check(["score-base"])


def test_the_keys_that_are_proposed_are_those_of_the_recipe(toy_line: Any, tmp_path: Path, tiny_model: Path) -> None:
    line = toy_line(reinforce={**RECIPE["reinforce"], "per_device_train_batch_size": 4096})
    said = _fitting(line, room=2 * GIB).remedy("reinforce")
    keys: dict[str, Any] = {}
    for part in said.split("`")[1::2]:
        keys |= yaml.safe_load(part)
    changed = toy_line(reinforce={**RECIPE["reinforce"], **line.recipe.reinforce.keys, **keys})
    _fitting(changed, room=2 * GIB).check(["reinforce"])


def test_a_killed_try_is_put_down_to_memory_where_it_came_near_to_what_there_is(toy_line: Any) -> None:
    line = toy_line(reinforce={**RECIPE["reinforce"], "per_device_train_batch_size": 4096})
    need = _fitting(line).need("reinforce").total
    near, far = (_fitting(line, room=need * times).killed("reinforce", "killed") for times in (1.1, 10))
    assert "most likely by the system for memory" in near and "set `per_device_train_batch_size: " in near
    assert "hardly for memory" in far and "set" not in far
    assert _fitting(line).killed("finetune", "restarted").endswith("was restarted while it worked on this")


def test_memory_that_torch_is_refused_ends_in_the_keys_that_take_less(toy_line: Any) -> None:
    with pytest.raises(RuntimeError) as refused:
        torch.empty(2**47)  # 512 TiB, more than there are addresses
    assert is_out_of_memory(refused.value) and is_out_of_memory(MemoryError()) and not is_out_of_memory(OSError("x"))
    line = toy_line(reinforce={**RECIPE["reinforce"], "per_device_train_batch_size": 4096})
    said = _fitting(line).ran_out("reinforce")
    assert said.startswith("reinforce: this machine's memory ran out (it was thought to need ")
    assert "or set `per_device_train_batch_size: " in said and "\n" not in said
    assert "or ask less, and give" in _fitting(line).ran_out("audit")
