"""Findings in the forms that forges and their tools read: GitLab Code Quality, SARIF and JUnit.

A finding is about a resource and no line of a file, so each is told of the stack file, at its first line, with the
resource beside it. Sources: GitLab's documentation, "Code Quality report format"; SARIF 2.1.0 (OASIS), §3.27 and
§3.35; GitLab's "Unit test reports" and the schema of Jenkins' JUnit plugin.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement, tostring

from model.urn import name_of
from preview.packs.finding import Finding
from preview.report.verdict import verdict
from preview.result import Result
from pricing.report.escape import json_text
from stacks.command import harmless

TOOL: Final = "alphacar-landing-zone"
#: By what a finding comes to: Code Quality's severities, and SARIF's levels.
SEVERITIES: Final[Mapping[str, str]] = {
    "mandatory": "blocker",
    "undetermined": "minor",
    "advisory": "minor",
    "waived": "info",
}
LEVELS: Final[Mapping[str, str]] = {
    "mandatory": "error",
    "undetermined": "warning",
    "advisory": "warning",
    "waived": "note",
}
_SARIF: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def code_quality(preview: Result) -> str:
    """The report that GitLab shows beside a merge request's changes."""
    return _json(
        [
            {
                "description": f"{_where(preview, finding)}: {finding.message}",
                "check_name": f"{finding.pack}/{finding.policy}",
                "fingerprint": fingerprint,
                "severity": SEVERITIES[_weight(finding)],
                "location": {"path": _file(preview), "lines": {"begin": 1}},
            }
            for finding, fingerprint in _known_again(preview)
        ]
    )


def sarif(preview: Result) -> str:
    """The findings as one run of SARIF 2.1.0; a waived one is a suppressed result."""
    rules = sorted({f"{finding.pack}/{finding.policy}" for finding in preview.findings})
    run = {
        "tool": {"driver": {"name": TOOL, "rules": [{"id": rule} for rule in rules]}},
        "results": [
            {
                "ruleId": f"{finding.pack}/{finding.policy}",
                "ruleIndex": rules.index(f"{finding.pack}/{finding.policy}"),
                "level": LEVELS[_weight(finding)],
                "message": {"text": finding.message},
                "partialFingerprints": {"finding/v1": fingerprint},
                "locations": [
                    {
                        "physicalLocation": {
                            "artifactLocation": {"uri": _file(preview)},
                            "region": {"startLine": 1},
                        },
                        "logicalLocations": [{"fullyQualifiedName": finding.urn or preview.recording.stack}],
                    }
                ],
                **({"suppressions": [{"kind": "external", "status": "accepted"}]} if finding.waived else {}),
            }
            for finding, fingerprint in _known_again(preview)
        ],
    }
    return _json({"$schema": _SARIF, "version": "2.1.0", "runs": [run]})


def junit(preview: Result) -> str:
    """A case a finding, and one for the verdict: failed where it blocks, skipped where it is waived."""
    stack = preview.recording.stack
    suite = Element("testsuite", name=f"landing zone, {stack}")
    whole = SubElement(suite, "testcase", classname=stack, name="verdict")
    if preview.blocked:
        SubElement(whole, "failure", message=_plain(verdict(preview)))
    for finding in preview.findings:
        named = f"{finding.policy} on {_where(preview, finding)}"
        case = SubElement(suite, "testcase", classname=_plain(f"{stack}.{finding.pack}"), name=_plain(named))
        weight, message = _weight(finding), _plain(finding.message)
        if weight == "mandatory":
            SubElement(case, "failure", message=message)
        elif weight == "waived":
            SubElement(case, "skipped", message=message)
        else:
            SubElement(case, "system-out").text = f"{weight}: {message}"
    counts = Counter(child.tag for case in suite for child in case)
    suite.attrib.update(tests=str(len(suite)), failures=str(counts["failure"]), skipped=str(counts["skipped"]))
    suites = Element("testsuites")
    suites.append(suite)
    return tostring(suites, encoding="unicode", xml_declaration=False) + "\n"


def log_lines(preview: Result) -> Iterator[str]:
    """What a job's log has to say that nobody opens a report for: each finding that blocks, and the verdict."""
    for finding in preview.findings:
        if _weight(finding) == "mandatory":
            yield f"{finding.pack}/{finding.policy} {_where(preview, finding)}: {finding.message}"
    yield f"{preview.recording.stack}: {verdict(preview)}"


def _weight(finding: Finding) -> str:
    if finding.level == "mandatory":
        return "mandatory"
    return finding.kind if finding.kind in ("undetermined", "waived") else "advisory"


def _known_again(preview: Result) -> Iterator[tuple[Finding, str]]:
    """Each finding with what it is known by in the next report: rule and resource, and its place among its like.

    Its words are left out, so that a finding whose numbers move stays the same one.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    for finding in preview.findings:
        what = (preview.recording.stack, finding.pack, finding.policy, finding.urn)
        seen[what] += 1
        yield finding, sha256("\0".join((*what, str(seen[what]))).encode(errors="replace")).hexdigest()


def _where(preview: Result, finding: Finding) -> str:
    return name_of(finding.urn) or preview.recording.stack


def _file(preview: Result) -> str:
    """The stack file from the repository's root; of anybody's program, the file that names its project."""
    return f"stacks/Pulumi.{preview.recording.stack}.yaml" if preview.settings else "Pulumi.yaml"


def _plain(text: str) -> str:
    """``text`` without what a terminal obeys, which is also all that XML cannot hold but two code points."""
    return harmless(text).replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")


def _json(told: Any) -> str:
    return json_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n")
