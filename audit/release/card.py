"""The model card of a release: README.md with the front matter of the Hugging Face Hub."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from chartered.audit.report import formatting
from chartered.audit.verdict import Finding, Verdict

Score = tuple[str, float, float, float, int]
"""Stage, accuracy on the held-out problems, lower and upper end of its 95 % interval, n."""

HUB_LICENCES = {
    "apache-2.0",
    "mit",
    "bsd-2-clause",
    "bsd-3-clause",
    "cc0-1.0",
    "cc-by-4.0",
    "cc-by-sa-4.0",
    "cc-by-nc-4.0",
    "gpl-3.0",
    "lgpl-3.0",
    "agpl-3.0",
    "mpl-2.0",
    "openrail",
    "unlicense",
    "gemma",
    "llama3",
    "llama3.1",
    "llama3.2",
}
"""Identifiers of the hub; another licence is written as `other` with its name."""

_HUB_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*/[A-Za-z0-9][A-Za-z0-9_.-]*")
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|#])")


@dataclass(frozen=True, kw_only=True)
class CardFacts:
    """What a card says beyond the verdict."""

    name: str
    base_model: str
    """Hub name or local path of the model that training began with."""
    domain: str
    licence: str
    """Of the weights: an identifier of the hub such as `apache-2.0`, else it is written as `other`."""
    data_licences: tuple[str, ...] = ()
    """Licences of the corpora and problems that it was trained on."""
    scores: tuple[Score, ...] = ()
    """By stage, in order; the last is the released model."""
    language: str = "en"
    left_out: tuple[str, ...] = ()
    """Files of the model's folder that the release does not take; `chartered.audit.release.make` fills this in."""


def render_card(facts: CardFacts, verdict: Verdict) -> str:
    """The card as text: front matter with `model-index`, then sections for people.

    `model-index` holds the accuracy of the released model, which is that of the last stage, and every finding that
    has an estimate; earlier stages are other weights, and stand in the text alone.
    """
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=False,  # Markdown: `_harmless` escapes
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_harmless,
    )
    for function in (formatting.number, formatting.signed, formatting.span, formatting.title, formatting.plural):
        environment.filters[function.__name__] = function
    body = environment.get_template("card.md.j2").render(
        facts=facts, verdict=verdict, outcome_words=formatting.OUTCOME_WORDS
    )
    return f"---\n{_front_matter(facts, verdict)}\n---\n\n{body}"


def _harmless(value: Any) -> Any:
    """Every value on its way into the card: one line, and nothing in it reads as Markdown or HTML."""
    if not isinstance(value, str):
        return value
    return _MARKDOWN.sub(r"\\\1", re.sub(r"\s+", " ", formatting.visible(value)))


def _front_matter(facts: CardFacts, verdict: Verdict) -> str:
    # imported here: the hub's client takes half a second, and only a release needs it
    from huggingface_hub import EvalResult, ModelCardData

    results = [EvalResult(**given) for given in (*_accuracy(facts), *map(_bias(facts), verdict.findings)) if given]
    licence = facts.licence.lower()
    known = licence in HUB_LICENCES
    data = ModelCardData(
        model_name=formatting.visible(facts.name),
        base_model=facts.base_model if _is_hub_name(facts.base_model) else None,
        language=facts.language,
        library_name="transformers",
        license=licence if known else "other",
        license_name=None if known else re.sub("[^a-z0-9.]+", "-", licence).strip("-") or "unnamed",
        pipeline_tag="text-generation",
        tags=["chartered", formatting.visible(facts.domain), "bias-audit"],
        eval_results=results,
        ignore_metadata_errors=False,
    )
    return str(data.to_yaml()).strip()


def _is_hub_name(name: str) -> bool:
    return bool(_HUB_NAME.fullmatch(name)) and not Path(name).exists()


def _dataset(facts: CardFacts, part: str, name: str) -> dict[str, str]:
    domain = formatting.visible(facts.domain)
    return {
        "task_type": "text-generation",
        "dataset_type": f"chartered-{domain}-{formatting.visible(part)}",
        "dataset_name": f"{domain}, {formatting.visible(name)}",
    }


def _accuracy(facts: CardFacts) -> Sequence[dict[str, Any]]:
    if not facts.scores:
        return ()
    stage, accuracy, low, high, n = facts.scores[-1]
    return (
        {
            **_dataset(facts, "heldout", "held-out problems"),
            "metric_type": "accuracy",
            "metric_value": accuracy,
            "metric_name": "accuracy on held-out problems",
            "metric_args": {"stage": stage, "low": low, "high": high, "level": 0.95, "n": n},
        },
    )


def _bias(facts: CardFacts) -> Any:
    def entry(finding: Finding) -> dict[str, Any] | None:
        if finding.estimate is None or finding.interval is None:
            return None
        return {
            **_dataset(facts, finding.probe, f"probe {finding.probe}"),
            "metric_type": formatting.visible(finding.metric),
            "metric_value": finding.estimate,
            "metric_name": formatting.visible(finding.id),
            "metric_args": {
                **finding.interval.model_dump(),
                "n": finding.n,
                "limit": finding.limit,
                "outcome": formatting.OUTCOME_WORDS[finding.outcome],
            },
        }

    return entry
