"""The verdict as JUnit XML, so that any build server shows the gate."""

import xml.etree.ElementTree as ET

from chartered.audit.report.formatting import number, signed, span, visible
from chartered.audit.verdict import Finding, ProbeResult, Verdict


def render_junit(verdict: Verdict) -> str:
    """One test case for the verdict and one for each finding.

    A fail is a `failure`. Inconclusive and error are an `error`: there was no answer, which is not a pass. A finding
    without a limit is `skipped`, for it was not judged. The case `verdict` passes only when the verdict does, so that
    an audit that measured nothing is never green.
    """
    root = ET.Element("testsuites", {"name": "chartered audit"})
    suite = ET.SubElement(root, "testsuite", {"name": "verdict", "timestamp": visible(verdict.created)})
    _case(suite, "chartered.audit", "verdict", verdict.outcome, " ".join(verdict.reasons))
    for probe in verdict.probes:
        _probe(root, probe)
    for each in root:
        _count(each)
    _total(root)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _probe(root: ET.Element, probe: ProbeResult) -> None:
    suite = ET.SubElement(root, "testsuite", {"name": visible(probe.probe)})
    for finding in probe.findings:
        name = f"{finding.arm}/{finding.metric}"
        _case(suite, f"chartered.audit.{probe.probe}", name, _outcome(finding), _message(finding))


def _outcome(finding: Finding) -> str:
    if finding.outcome is not None:
        return finding.outcome
    return "error" if finding.required else "skipped"


def _message(finding: Finding) -> str:
    limit = "none" if finding.limit is None else number(finding.limit)
    figures = f"estimate {signed(finding.estimate)}, interval {span(finding.interval)}, limit {limit}, n {finding.n}"
    return f"{finding.harm}: {figures}. {finding.reason}".strip()


def _case(suite: ET.Element, classname: str, name: str, outcome: str, message: str) -> None:
    case = ET.SubElement(suite, "testcase", {"classname": visible(classname), "name": visible(name)})
    text = visible(message)
    if outcome == "pass":
        ET.SubElement(case, "system-out").text = text
    elif outcome == "skipped":
        ET.SubElement(case, "skipped", {"message": text})
    else:
        kind = "failure" if outcome == "fail" else "error"
        ET.SubElement(case, kind, {"type": outcome, "message": text}).text = text


_COUNTED = (("tests", "testcase"), ("failures", "testcase/failure"), ("errors", "testcase/error"))
_SKIPPED = ("skipped", "testcase/skipped")


def _count(suite: ET.Element) -> None:
    for name, path in (*_COUNTED, _SKIPPED):
        suite.set(name, str(len(suite.findall(path))))


def _total(root: ET.Element) -> None:
    for name, _ in (*_COUNTED, _SKIPPED):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
