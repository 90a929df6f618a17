"""Results for the Hugging Face Hub beside the card's `model-index`: the entries of `.eval_results/*.yaml`.

The hub shows such an entry with a data set of the hub that is registered as a benchmark. An audit's probes are no such
sets, so the user names the data set under which the findings are to be shown, one of their own or of their firm.
"""

import re
from typing import Any

import yaml

from chartered.audit.report import formatting, summary
from chartered.audit.verdict import Finding, Verdict
from chartered.common.errors import UsageError

FILE = ".eval_results/chartered.yaml"
"""Where the hub looks for it in a model's repository."""
_DATASET = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*/[A-Za-z0-9][A-Za-z0-9_.-]*")


def render_eval_results(verdict: Verdict, dataset: str, source_url: str | None = None) -> str:
    """The file's text: one entry for each required finding that has an estimate; the task is the finding's id.

    `dataset` is a data set of the hub, as `owner/name`. The value is the harm: 0 is parity, larger is worse.

    Raises:
        UsageError: `dataset` is not the name of a data set.
    """
    # imported here: the hub's client takes half a second, and only this form needs it
    from huggingface_hub import EvalResultEntry, eval_result_entries_to_yaml

    if not _DATASET.fullmatch(dataset):
        raise UsageError(f"{dataset!r} is not a data set of the hub; write owner/name.")
    entries = [
        EvalResultEntry(
            dataset_id=dataset,
            task_id=formatting.visible(finding.id.replace("/", ".")),
            value=finding.estimate,
            date=verdict.created,
            source_url=source_url,
            notes=_notes(finding, verdict),
        )
        for finding in verdict.findings
        if finding.required and finding.estimate is not None
    ]
    listed: list[dict[str, Any]] = eval_result_entries_to_yaml(entries)
    return yaml.safe_dump(listed, sort_keys=False, allow_unicode=True)


def _notes(finding: Finding, verdict: Verdict) -> str:
    limit = "none" if finding.limit is None else formatting.number(finding.limit)
    waived = ", waived" if finding.waiver else ""
    return formatting.visible(
        f"harm {summary.figures(finding)}, limit {limit}, n {finding.n}, "
        f"{formatting.OUTCOME_WORDS[finding.outcome]}{waived}; "
        f"policy {verdict.policy.name} {verdict.policy.sha256[:12]}; scoring {verdict.respondent.scoring}"
    )
