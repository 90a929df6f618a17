import json
from pathlib import Path

import pytest
from tests.paths import TOY

from chartered.annotation import read_traces
from chartered.common.errors import DataError, UsageError
from chartered.common.progress import Reporter
from chartered.domains import load_domain
from chartered.domains.checking.checker import Checker
from chartered.domains.records import read_problems
from chartered.pipeline import tasks
from chartered.pipeline.ledger import Stage
from chartered.pipeline.line import TRACES, Line
from chartered.pipeline.prepare import HELDOUT, prepare_data
from chartered.pipeline.recipe import Recipe, load_recipe


def annotated(tmp_path: Path, rows: list[dict[str, str]], line: Line) -> dict[str, object]:
    (tmp_path / "own.json").write_text(json.dumps(rows))
    (tmp_path / "out").mkdir(exist_ok=True)
    return tasks.annotate(line, Stage(name="annotate", inputs={}, task=tasks.annotate), tmp_path, tmp_path / "out")


@pytest.fixture
def line(tmp_path: Path) -> Line:
    """A line of the toy domain that takes traces of the file `own.json`."""
    data = {"problems": ["sums"]}
    recipe = Recipe.model_validate(
        {"domain": f"{TOY}:domain", "data": data, "annotate": {"traces": tmp_path / "own.json"}}
    )
    domain = load_domain(recipe.domain)
    folder = tmp_path / "run"
    (folder / "prepare").mkdir(parents=True)
    prepare_data(domain, Checker(domain), recipe.data, folder / "prepare")
    return Line(recipe=recipe, domain=domain, folder=folder, start=tmp_path, start_sha256="", reporter=Reporter())


def test_own_rows_are_the_traces_but_for_held_out_questions(tmp_path: Path, line: Line) -> None:
    heldout = next(read_problems(line.folder / "prepare" / HELDOUT))
    rows = [{"prompt": "Hi", "completion": "Hello"}, {"prompt": heldout.question, "completion": heldout.answer}]
    metrics = annotated(tmp_path, rows, line)
    (trace,) = read_traces(tmp_path / "out" / TRACES)
    assert trace.messages[-1]["content"] == "Hello"
    assert metrics["kept"] == 1 and metrics["unusable"] == 1 and metrics["accuracy"] is None


def test_a_file_without_a_usable_row_is_refused_with_the_reasons(tmp_path: Path, line: Line) -> None:
    with pytest.raises(DataError, match=r"own\.json: no row can be used as a trace \(2 with an empty turn\)"):
        annotated(tmp_path, [{"prompt": "Hi", "completion": ""}, {"prompt": "", "completion": "x"}], line)


def test_a_teacher_and_a_file_of_traces_are_not_both_given(tmp_path: Path) -> None:
    text = "domain: d\ndata: {problems: [p]}\nannotate: {traces: x.json, teacher: {base_url: http://a/v1, model: m}}\n"
    (tmp_path / "r.yaml").write_text(text)
    with pytest.raises(UsageError, match="give a teacher or a file of traces, not both"):
        load_recipe(tmp_path / "r.yaml")
