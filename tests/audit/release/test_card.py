from typing import Any

import pytest
from huggingface_hub import ModelCard
from tests.audit.verdicts import a_finding, a_mixed_verdict, a_probe, a_verdict

from chartered.audit.release.card import CardFacts, render_card

FACTS = CardFacts(
    name="medical-smollm2",
    base_model="HuggingFaceTB/SmolLM2-135M",
    domain="medical",
    licence="Apache-2.0",
    data_licences=("CC0-1.0", "MIT"),
    scores=(("base", 0.31, 0.27, 0.36, 400), ("finetune", 0.72, 0.67, 0.76, 400)),
)


def read(card: str) -> Any:
    """The card as the hub's client reads it; its attributes are set at run time."""
    return ModelCard(card, ignore_metadata_errors=False)


def test_the_hub_reads_the_front_matter() -> None:
    data = read(render_card(FACTS, a_verdict())).data
    assert data.license == "apache-2.0" and data.base_model == "HuggingFaceTB/SmolLM2-135M"
    assert data.model_name == "medical-smollm2" and "bias-audit" in (data.tags or [])
    results = {(r.dataset_type, r.metric_type): r for r in data.eval_results or []}
    assert set(results) == {
        ("chartered-medical-heldout", "accuracy"),
        ("chartered-medical-cognitive_bias", "accuracy_drop"),
    }
    accuracy = results["chartered-medical-heldout", "accuracy"]
    assert accuracy.metric_value == 0.72 and accuracy.metric_args["n"] == 400
    bias = results["chartered-medical-cognitive_bias", "accuracy_drop"]
    assert bias.metric_value == 0.0025
    assert bias.metric_args == {"low": -0.009, "high": 0.014, "level": 0.9, "n": 400, "limit": 0.05, "outcome": "pass"}


def test_every_finding_with_an_estimate_is_in_the_model_index() -> None:
    verdict = a_mixed_verdict()
    data = read(render_card(FACTS, verdict)).data
    names = [r.metric_name for r in data.eval_results or []]
    assert names == ["accuracy on held-out problems", *(f.id for f in verdict.findings)]


def test_the_text_has_all_sections_figures_and_what_was_not_measured() -> None:
    text = read(render_card(FACTS, a_verdict())).text
    headings = [line[3:] for line in text.splitlines() if line.startswith("## ")]
    assert headings == ["Intended use", "Training", "Evaluation", "Bias and fairness", "Limitations", "How to verify"]
    for part in (
        "| finetune | 0.720 | 0.670 to 0.760 | 400 |",
        "| base | 0.310 |",
        "−0.009 to +0.014 (90 %) | 400 | 0.050 | pass |",
        "demographics: no probe of it was asked for",
        "CC0-1.0; MIT",
        "chartered verify FOLDER --public-key",
    ):
        assert part in text


def test_a_finding_without_estimate_stands_in_the_text_and_not_as_a_number() -> None:
    verdict = a_verdict([a_probe([a_finding(estimate=None, interval=None, outcome="error")])])
    card = render_card(FACTS, verdict)
    assert "| not defined | not defined | 400 | 0.050 | error |" in card
    assert len(read(card).data.eval_results or []) == 1


@pytest.mark.parametrize(
    ("licence", "shown", "name"),
    [("MIT", "mit", None), ("apache-2.0", "apache-2.0", None), ("Our Own, v2", "other", "our-own-v2")],
)
def test_a_licence_that_the_hub_does_not_know_is_written_as_other(licence: str, shown: str, name: str | None) -> None:
    data = read(render_card(CardFacts(name="m", base_model="pocket", domain="law", licence=licence), a_verdict())).data
    assert (data.license, data.get("license_name")) == (shown, name)


def test_a_local_base_model_is_named_in_the_text_and_not_linked() -> None:
    for base in ("pocket", "./runs/mine", "/models/x/y"):
        card = read(render_card(CardFacts(name="m", base_model=base, domain="law", licence="mit"), a_verdict()))
        assert card.data.base_model is None and f"It began with {base}." in card.text
        assert card.data.eval_results is not None and "No scores on held-out problems" in card.text


def test_names_cannot_break_the_front_matter_a_table_or_a_code_block() -> None:
    hostile = "x |\n---\n## y <script>\x00 [a](b)"
    facts = CardFacts(name=hostile, base_model=hostile, domain=hostile, licence=hostile)
    card = render_card(facts, a_verdict([a_probe([a_finding(arm=hostile, id=hostile)])], reasons=(hostile,)))
    parsed = read(card)
    assert "<script>" not in parsed.text.replace("\\<script\\>", "") and "\x00" not in card
    assert not [line for line in parsed.text.splitlines() if line.startswith(("## y", "---", "# z"))]
