"""What holds for every plugin that ships; what is particular to one stands in the file of its name."""

from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.needs import require

from chartered.adapt.pocket import pocket_path
from chartered.audit.policy import load_policy
from chartered.audit.probes.registry import load_probe
from chartered.cli import cli
from chartered.common.errors import DataError
from chartered.common.models import load_tokenizer
from chartered.common.progress import Reporter
from chartered.domains import Domain, Problem, domain_names, load_domain
from chartered.domains.authoring.splits import LEVELS
from chartered.domains.checking.requirements import runs_code
from chartered.domains.prompts import answer_line, render
from chartered.domains.records import write_problems
from chartered.domains.sandbox.sandbox import isolation
from chartered.pipeline.line import open_line
from chartered.pipeline.prepare import HELDOUT
from chartered.pipeline.recipe import load_recipe
from chartered.pipeline.tasks import rehearse

NAMES = ("medical", "science", "code", "legal", "finance")
PUBLISHED = [(name, part.name) for name in NAMES for part in load_domain(name).problem_sets if not part.ships]


@cache
def made(name: str) -> list[Problem]:
    """The problems that the plugin ships."""
    return list(load_domain(name).shipped_problems())


def checkable(name: str) -> list[Problem]:
    """Those that this machine can check: no programs where there is no sandbox."""
    domain = load_domain(name)
    walled = isolation().level == "full"
    return [problem for problem in made(name) if walled or not runs_code(domain.verifier(problem.kind))]


@pytest.fixture(params=NAMES)
def plugin(request: pytest.FixtureRequest) -> Domain:
    return load_domain(request.param)


def test_the_five_are_installed() -> None:
    assert set(NAMES) <= set(domain_names())


@pytest.mark.slow
def test_it_keeps_the_contract_and_no_trick_pays(plugin: Domain) -> None:
    if plugin.name == "code":
        require("sandbox")
    result = CliRunner().invoke(cli, ["check-domain", plugin.name])
    assert (result.exit_code, result.output) == (0, f"{plugin.name} conforms\n")


def test_there_are_four_kinds_or_more_with_enough_of_both_splits_and_every_level(plugin: Domain) -> None:
    count = Counter((p.kind, p.split) for p in made(plugin.name))
    kinds = {kind for kind, _ in count}
    assert len(kinds) >= 4 and len({p.id for p in made(plugin.name)}) == len(made(plugin.name))
    assert all(count[kind, "train"] >= 80 and count[kind, "heldout"] >= 16 for kind in kinds)
    assert {p.groups["difficulty"] for p in made(plugin.name)} == set(LEVELS)


def test_the_card_states_the_counts(plugin: Domain) -> None:
    card = (plugin.policy.parent / "CARD.md").read_text()
    count = Counter((p.kind, p.split) for p in made(plugin.name))
    for kind in {kind for kind, _ in count}:
        row = next(line for line in card.splitlines() if line.startswith(f"| {kind} "))
        assert f"| {count[kind, 'train']} | {count[kind, 'heldout']} |" in row
    documents = [document for part in plugin.corpora if part.ships for document in part.load(None)]
    characters = round(sum(len(document.text) for document in documents), -3)
    assert f"{len(documents)} short documents (about {characters:,} characters)" in card


def test_the_problems_are_the_same_every_time(plugin: Domain) -> None:
    made.cache_clear()
    first = made(plugin.name)
    made.cache_clear()
    assert made(plugin.name) == first


def test_every_worked_solution_is_accepted_and_earns_every_reward(plugin: Domain) -> None:
    for problem in checkable(plugin.name):
        assert problem.solution is not None
        check = plugin.verify(problem, problem.solution)
        assert check.status == "correct", (problem, check)
        assert all(reward(problem, problem.solution, check) == 1.0 for reward in plugin.rewards.values())


def test_every_other_option_is_refused_and_an_answer_to_nothing_is_none(plugin: Domain) -> None:
    for problem in made(plugin.name):
        for option in set(problem.options) - {problem.answer}:
            assert plugin.verify(problem, answer_line(option)).status == "wrong"
    for problem in checkable(plugin.name)[::10]:
        assert plugin.verify(problem, "I cannot tell.").status == "no_answer"


def test_text_is_ascii_and_fits_the_pocket(plugin: Domain) -> None:
    for problem in made(plugin.name):
        asked = render(problem)[-1]["content"]
        assert asked.isascii() and (problem.solution or "").isascii()
        assert len(asked) < 1100


def test_no_document_is_there_twice_or_holds_a_held_out_question(plugin: Domain) -> None:
    texts = [document.text for part in plugin.corpora if part.ships for document in part.load(None)]
    assert len(set(texts)) == len(texts)
    asked = [" ".join(p.question.split()) for p in made(plugin.name) if p.split == "heldout"]
    together = "\n".join(" ".join(text.split()) for text in texts)
    assert not [question for question in asked if question in together]


def test_what_ships_reads_no_file(plugin: Domain, tmp_path: Path) -> None:
    shipped = [part.load for part in plugin.problem_sets if part.ships]
    for load in [*shipped, *(part.load for part in plugin.corpora if part.ships)]:
        with pytest.raises(DataError, match="generated and reads no file"):
            list(load(tmp_path / "x.jsonl"))


@pytest.mark.parametrize(("name", "part"), PUBLISHED)
def test_a_set_that_is_not_shipped_says_how_to_get_it(name: str, part: str) -> None:
    with pytest.raises(DataError, match=r"hf download \S+/\S+ --repo-type dataset --revision COMMIT|github\.com/\S+"):
        list(load_domain(name).problem_set(part).load(None))


def test_held_out_problems_settle_every_arm_of_every_probe(plugin: Domain) -> None:
    held = [problem for problem in made(plugin.name) if problem.split == "heldout"]
    policy = load_policy(plugin.policy)
    for name in plugin.probes:
        arms = Counter(case.arm for case in load_probe(name, plugin).cases(held, seed=7).cases)
        assert min(arms.values()) >= policy.minimum_n, (name, arms)


def test_the_pocket_recipe_leaves_room_for_every_worked_solution(plugin: Domain) -> None:
    recipe, tokenizer = load_recipe(plugin.recipes["pocket"]).recipe, load_tokenizer(pocket_path())
    assert recipe.reinforce is not None
    trained, in_rl = [source.name for source in recipe.data.problems], recipe.reinforce.problems
    for problem in made(plugin.name):
        if problem.kind in trained:  # a kind is a set of the same name
            tokens = len(tokenizer.encode(problem.solution or "")) + 1  # the token that ends it
            assert tokens <= recipe.score.max_new_tokens
            assert not problem.options or tokens <= (recipe.audit.max_new_tokens or tokens)
            if problem.kind in (in_rl or trained):
                assert tokens <= recipe.reinforce.keys["max_completion_length"]


def test_the_pocket_can_read_every_case_of_the_audit_of_its_recipe(
    plugin: Domain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHARTERED_ALLOW_UNSAFE_CODE", "1")  # nothing is run here
    (tmp_path / "prepare").mkdir()
    write_problems(tmp_path / "prepare" / HELDOUT, (p for p in made(plugin.name) if p.split == "heldout"))
    rehearse(open_line(load_recipe(plugin.recipes["pocket"]), tmp_path, Reporter()))


def test_the_policy_requires_the_probes_of_the_domain_and_gives_reasons(plugin: Domain) -> None:
    required = load_policy(plugin.policy).required
    assert {rule.finding.split("/")[0] for rule in required} <= set(plugin.probes)
    assert all(len(rule.reason) > 30 for rule in required)
