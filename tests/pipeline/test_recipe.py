from dataclasses import asdict
from importlib import import_module
from pathlib import Path

import pytest

from chartered.annotation import Teacher
from chartered.common.errors import UsageError
from chartered.domains import domain_names, load_domain
from chartered.domains.verifiers.code import ProgramLimits
from chartered.pipeline.recipe import LoadedRecipe, load_recipe

LEAST = "domain: medical\ndata:\n  problems: [diagnosis]\n"


def _load(tmp_path: Path, text: str) -> LoadedRecipe:
    path = tmp_path / "recipe.yaml"
    path.write_text(text)
    return load_recipe(path)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (LEAST.replace("problems", "problms"), r"line 3: unknown key 'data.problms'; did you mean 'problems'\?"),
        (LEAST + "sed: 3\n", r"line 4: unknown key 'sed'; did you mean 'seed'\?"),
        (LEAST + "seed: many\n", r"line 4: seed is 'many'"),
        (LEAST + "seed: -1\n", r"line 4: seed is -1"),
        (LEAST + "audit:\n  items: 0\n", r"line 5: audit.items is 0"),
        (LEAST + "audit:\n  scoring: guess\n", r"line 5: audit.scoring is 'guess'"),
        (LEAST + "annotate:\n  teacher: {base_url: x}\n", r"line 5: the key 'annotate.teacher.model' is missing"),
        (LEAST + "verify:\n  stages: [marker, guess]\n", r"verify.stages"),
        (LEAST + "verify:\n  stages: []\n", r"verify.stages"),
        (LEAST + "verify:\n  programs: {cpu: 3}\n", r"line 5: unknown key 'verify.programs.cpu'"),
        (LEAST + "verify:\n  programs: {cpu_seconds: 10}\n", r"programs may take 22 seconds .* give seconds: 24"),
        ("data:\n  problems: [x]\n", r"the key 'domain' is missing"),
        ("domain: medical\n", r"the key 'data' is missing"),
        (LEAST + "  corpora: [{limit: 3}]\n", r"line 4: .*give a name or a path"),
        ("[]", r"a recipe is a block of keys"),
        ("domain: [", r"not a YAML file"),
        (LEAST + "seed: 1\nseed: 2\n", r"line 5: the key 'seed' is given twice"),
        ("", r"a recipe is a block of keys"),
    ],
)
def test_a_mistake_in_a_recipe_is_named_with_its_line(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        _load(tmp_path, text)


def test_limits_of_programs_are_those_that_are_given_and_what_follows_from_them(tmp_path: Path) -> None:
    assert _load(tmp_path, LEAST).recipe.verify.programs.given == {}
    more = "verify: {seconds: 30, programs: {cpu_seconds: 10, packages: [numpy]}}\n"
    given = _load(tmp_path, LEAST + more).recipe.verify.programs.given
    assert given == {"cpu_seconds": 10, "wall_seconds": 22.0, "packages": ("numpy",)}  # 2 x 10 + 2
    assert asdict(ProgramLimits(**given))["wall_seconds"] == 22.0


def test_a_recipe_that_does_not_exist_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no such recipe"):
        load_recipe(tmp_path / "none.yaml")


def test_binary_content_is_no_recipe(tmp_path: Path) -> None:
    path = tmp_path / "recipe.yaml"
    path.write_bytes(bytes(range(256)))
    with pytest.raises(UsageError, match="not a YAML file"):
        load_recipe(path)


def test_what_a_recipe_says_of_its_teacher_is_what_the_teacher_takes(tmp_path: Path) -> None:
    given = "{base_url: http://127.0.0.1:1/v1, model: m, requests_per_minute: 30, concurrency: 2}"
    (tmp_path / "r.yaml").write_text(LEAST + f"annotate:\n  teacher: {given}\n")
    block = load_recipe(tmp_path / "r.yaml").recipe.annotate
    assert block is not None and block.teacher is not None
    teacher = Teacher(**block.teacher.model_dump())
    assert (teacher.model, teacher.requests_per_minute, teacher.concurrency) == ("m", 30.0, 2)


def test_training_keys_are_kept_for_trl_and_ours_apart(tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text(LEAST + "finetune:\n  lora: {r: 4}\n  learning_rate: 0.1\n")
    loaded = load_recipe(tmp_path / "r.yaml")
    assert loaded.recipe.finetune is not None
    assert loaded.recipe.finetune.keys == {"learning_rate": 0.1}
    assert loaded.recipe.finetune.lora == {"r": 4}
    assert loaded.where("finetune.learning_rate").endswith("r.yaml, line 6")


@pytest.mark.parametrize("name", domain_names())
def test_every_recipe_that_a_domain_ships_is_read_and_its_training_keys_are_trls(name: str) -> None:
    check_keys = import_module("chartered.adapt.arguments").check_keys
    for path in load_domain(name).recipes.values():
        loaded = load_recipe(path)
        for stage in ("pretrain", "finetune", "reinforce"):
            block = getattr(loaded.recipe, stage)
            if block is not None:
                check_keys(stage, block.keys, {})
