"""The rule: what AWS would refuse of a resource is refused before anybody asks AWS."""

from __future__ import annotations

from collections.abc import Iterator

from model.resource import Resource
from policy.engine.rule import Context, Finding
from policy.guardrails.aws_api import documented, model


def aws_accepts_it(resource: Resource, context: Context) -> Iterator[Finding]:  # noqa: ARG001 - rules are called alike
    """Every input keeps to AWS's model of the operation that takes it, and to what AWS documents beside it."""
    said = set()
    for line in model.refused(resource.type, resource.props):
        said.add(line.partition(" ")[0])
        yield Finding(f"{line}: AWS would refuse it")
    for line, advised in documented.refused(resource.type, resource.props):
        # What the model has said already is not said again in other words.
        if line.partition(" ")[0] not in said:
            yield Finding(
                line if advised else f"{line}: AWS would refuse it", kind="advisory" if advised else "violation"
            )
