import re
from pathlib import Path

import pytest
from tests.adapt.templates import TURNS, changed

from chartered.common.errors import CharteredError, UsageError
from chartered.common.progress import Reporter
from chartered.domains import load_domain
from chartered.domains.sandbox import sandbox
from chartered.domains.sandbox.sandbox import Isolation
from chartered.domains.verifiers.code import UNSAFE
from chartered.pipeline.checks import check_recipe
from chartered.pipeline.line import Line, open_line
from chartered.pipeline.recipe import load_recipe
from chartered.pipeline.stages import stages


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without walls."""
    monkeypatch.setattr(sandbox, "isolation", lambda: Isolation(level="none", detail="bubblewrap is not installed"))
    monkeypatch.delenv(UNSAFE, raising=False)


def checked(tmp_path: Path, kinds: str, more: str = "") -> None:
    path = tmp_path / "recipe.yaml"
    path.write_text(f"domain: code\ndata: {{problems: [{kinds}]}}\n{more}")
    check_recipe(load_recipe(path), load_domain("code"))


def test_a_run_that_would_run_programs_without_walls_is_refused_before_it_starts(bare: None, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"kind 'repair' .* because bubblewrap is not installed; .*allow_unsafe_code"):
        checked(tmp_path, "output, repair")
    checked(tmp_path, "output, choose")  # nothing is run for these
    checked(tmp_path, "output, repair", "allow_unsafe_code: true\n")


def test_a_package_for_programs_that_is_not_installed_is_told_before_a_run_starts(tmp_path: Path) -> None:
    more = "allow_unsafe_code: true\nverify: {programs: {packages: [numpy, nowhere]}}\n"
    with pytest.raises(UsageError, match="the package 'nowhere', which is not installed here"):
        checked(tmp_path, "output, repair", more)
    checked(tmp_path, "output, choose", more)
    checked(tmp_path, "repair", "allow_unsafe_code: true\nverify: {programs: {packages: [numpy]}}\n")


def test_a_file_that_may_hold_programs_counts_as_holding_them(bare: None, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="kind 'fill', 'humaneval', 'mbpp', 'repair', 'synthesis'"):
        checked(tmp_path, "{path: mine.jsonl}")


def opened(tmp_path: Path, model: Path, blocks: str) -> Line:
    path = tmp_path / "recipe.yaml"
    path.write_text(f"domain: medical\nmodel: {model}\ndata: {{corpora: [handbook], problems: [dose]}}\n{blocks}")
    return open_line(load_recipe(path), tmp_path / "run", Reporter())


@pytest.mark.parametrize(
    ("template", "blocks", "said"),
    [
        (
            TURNS.replace("<|assistant|>{% endif %}", "<|assistant|>So: {% endif %}"),
            "finetune: {}",
            "asked with 'So: '",
        ),
        (TURNS.replace("<|end|>{% endfor %}", "{% endfor %}"), "finetune: {}", "no end token"),
        (TURNS, "finetune: {assistant_only_loss: true}", "does not mark the assistant's turn"),
        (TURNS, "pretrain: {assistant_only_loss: true}", "line 4: pretrain.assistant_only_loss is true"),
        ("{{ strftime_now('%d') }}" + TURNS, "finetune: {}", "writes the time"),
        ("{{ strftime_now('%d') }}" + TURNS, "seed: 1", "writes the time"),
        (None, "finetune: {}", "no chat template"),
        (None, "reinforce: {rewards: {correct: 1.0}}", "no chat template"),
        ("{% if %}", "seed: 1", "the chat template refuses a chat"),
    ],
)
def test_a_chat_template_that_training_and_asking_would_disagree_on_is_refused_as_the_line_is_opened(
    template: str | None, blocks: str, said: str, tiny_model: Path, tmp_path: Path
) -> None:
    model = changed(tiny_model, tmp_path / "model", template)
    with pytest.raises(CharteredError, match=re.escape(said)):
        opened(tmp_path, model, blocks)


def test_a_model_whose_chats_agree_is_taken_and_so_is_a_base_model_that_is_not_trained_on_chats(
    tiny_model: Path, tmp_path: Path
) -> None:
    assert opened(tmp_path, tiny_model, "finetune: {}\nreinforce: {rewards: {correct: 1.0}}").trained
    assert not opened(tmp_path, changed(tiny_model, tmp_path / "base", None), "seed: 1").trained


def test_another_text_of_the_template_that_finetune_brings_makes_the_stage_stale(
    tiny_model: Path, tmp_path: Path
) -> None:
    file = tmp_path / "chat.jinja"
    file.write_text(TURNS)
    line = opened(tmp_path, tiny_model, f"finetune: {{chat_template_path: {file}}}")
    before = {stage.name: stage.inputs for stage in stages(line)}
    file.write_text(TURNS + "\n")
    changes = {stage.name for stage in stages(line) if stage.inputs != before[stage.name]}
    assert changes == {"finetune"}
