import importlib.util
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from chartered.common.errors import PluginError, UsageError
from chartered.domains import API_VERSION, Domain, domain_names, load_domain
from chartered.domains.registry import MOVED, plugin_sha256

DRAFT = """
from pathlib import Path
from chartered.domains import API_VERSION, Corpus, Document, Domain, Problem, ProblemSet
from chartered.domains.prompts import answer_line
from chartered.domains.rewards import correct, format
from chartered.domains.verifiers import choice, number

HERE = Path(__file__).parent
CAPITALS = {"France": "Paris", "Italy": "Rome", "Spain": "Madrid", "Norway": "Oslo"}


def texts(path):
    for country, capital in CAPITALS.items():
        yield Document(text=f"The capital of {country} is {capital}.", source="draft", licence="CC0-1.0")


def capitals(path):
    for number_, (country, capital) in enumerate(CAPITALS.items()):
        yield Problem(
            prompt=({"role": "user", "content": f"What is the capital of {country}?"},),
            answer=capital,
            kind="capital",
            domain="draft",
            split="heldout" if number_ % 2 else "train",
            options=tuple(CAPITALS.values()),
            solution=answer_line(capital),
        )


def lengths(path):
    for metres in range(1, 9):
        yield Problem(
            prompt=({"role": "user", "content": f"How many centimetres are {metres} m?"},),
            answer=str(100 * metres),
            kind="length",
            domain="draft",
            split="heldout" if metres % 4 == 0 else "train",
            unit="cm",
        )


domain = Domain(
    name="draft",
    api_version=API_VERSION,
    description="capitals and lengths",
    licence="CC0-1.0",
    corpora=(Corpus(name="texts", description="d", licence="CC0-1.0", source="generated", load=texts),),
    problem_sets=(
        ProblemSet(name="capitals", description="d", licence="CC0-1.0", source="generated", load=capitals),
        ProblemSet(name="lengths", description="d", licence="CC0-1.0", source="generated", load=lengths),
    ),
    verifiers={"capital": choice, "length": number},
    rewards={"correct": correct, "format": format},
    probes={},
    policy=HERE / "policy.yaml",
    recipes={},
)
"""


def draft(folder: Path, text: str = DRAFT, name: str = "draft.py") -> str:
    (folder / name).write_text(text)
    return str(folder / name)


def test_a_whole_draft_fits_in_one_file_of_about_sixty_lines(tmp_path: Path) -> None:
    assert len(DRAFT.strip().splitlines()) <= 62
    domain = load_domain(draft(tmp_path) + ":domain")
    problems = [problem for found in domain.problem_sets for problem in found.load(None)]
    assert {p.split for p in problems} == {"train", "heldout"}
    for problem in problems:
        said = f"Answer: {problem.answer} {problem.unit or ''}"
        assert domain.verify(problem, said).status == "correct"


def test_medical_is_installed_and_found_by_name() -> None:
    assert "medical" in domain_names()
    assert load_domain("medical").name == "medical"


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"no domain 'medicl' installed; did you mean 'medical'\?"):
        load_domain("medicl")


def test_a_missing_file_and_a_missing_object_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no file '.*nothing\.py'"):
        load_domain(f"{tmp_path}/nothing.py:domain")
    with pytest.raises(PluginError, match=r"no object 'domein'; did you mean 'domain'"):
        load_domain(draft(tmp_path) + ":domein")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("domain = 3", "is a int; a plugin is a chartered.domains.Domain"),
        ("\nraise RuntimeError('no key')", ".py, line 2, cannot be imported: RuntimeError: no key"),
        ("def (", "cannot be imported: SyntaxError"),
        ("import no_such_module_at_all", "cannot be imported: ModuleNotFoundError"),
        (
            DRAFT.replace("api_version=API_VERSION", "api_version=99"),
            f"for version 99 of the plugin contract, not {API_VERSION}",
        ),
    ],
)
def test_a_draft_that_does_not_fit_is_refused_in_a_sentence(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(PluginError, match=said):
        load_domain(draft(tmp_path, text) + ":domain")


@pytest.mark.parametrize(("old", "new"), MOVED.items())
def test_a_plugin_written_for_a_module_that_moved_is_told_where_its_names_are(
    tmp_path: Path, old: str, new: str
) -> None:
    assert importlib.util.find_spec(f"chartered.{new}")
    text = f"\nfrom chartered.domains.{old} import anything\n"
    sentence = f"line 2, cannot be imported: what was in chartered.domains.{old} is in chartered.{new} now; change"
    with pytest.raises(PluginError, match=re.escape(sentence)):
        load_domain(draft(tmp_path, text) + ":domain")


def test_a_draft_that_fails_leaves_no_half_imported_module(tmp_path: Path) -> None:
    before = set(sys.modules)
    with pytest.raises(PluginError):
        load_domain(draft(tmp_path, "raise ValueError", "half.py") + ":domain")
    assert not {name for name in set(sys.modules) - before if "half" in name}


def test_names_of_plugins_and_the_medical_plugin_need_no_heavy_import() -> None:
    code = (
        "import sys; from chartered.domains import load_domain; load_domain('medical'); "
        "heavy = ('torch', 'transformers', 'trl', 'datasets', 'pandas', 'pyarrow', 'numpy'); "
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_hash_of_a_plugin_covers_its_code_and_data_and_not_its_runs(toy_domain: Domain, tmp_path: Path) -> None:
    # the folder's own path may hold the word `recipes` or `runs`
    folder = tmp_path / "recipes"
    for name in ("policy.yaml", "code.py", "data/rows.jsonl", "runs/a/recipe.yaml", ".venv/lib.py"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("1")
    domain = replace(toy_domain, policy=folder / "policy.yaml")
    before = plugin_sha256(domain)
    for name, counts in (("runs/a/recipe.yaml", False), (".venv/lib.py", False), ("data/rows.jsonl", True)):
        (folder / name).write_text("2")
        assert (plugin_sha256(domain) != before) is counts
