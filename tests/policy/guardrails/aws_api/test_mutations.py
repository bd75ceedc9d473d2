"""What one wrong leaf in 500 valid resources comes to before ``aws-accepts-it``, drawn by a reader of AWS's models that
shares nothing with the rule."""

from tests.policy.guardrails.aws_api.mutations import UNJUDGED, bases, calls, declared, drawn, known_to_sdk
from tests.policy.guardrails.aws_api.plainly import violations

DRAWN = 500
AT_LEAST = 0.95


def caught(mutant):
    """Whether a finding is about the property that was changed."""
    return any(mutant.named in finding.message for finding in violations(mutant.resource))


def test_no_valid_resource_is_refused():
    refused = [f"{base.type} {finding.message}" for base in bases() for finding in violations(base)]

    assert refused == []


def test_of_500_mutations_at_least_95_in_100_are_refused():
    mutants = drawn(DRAWN)
    missed = [str(mutant) for mutant in mutants if not caught(mutant)]

    assert len(mutants) == DRAWN
    share = 1 - len(missed) / DRAWN
    assert share >= AT_LEAST, f"{share:.1%} of {DRAWN} are caught; these are not:\n" + "\n".join(missed)


def test_every_type_that_is_declared_is_mutated_or_said_to_be_beyond_the_models():
    mutated = {mutant.resource.type for mutant in drawn(DRAWN)}

    assert {made.type for made in declared()} <= mutated | UNJUDGED.keys()
    assert calls().keys() == mutated


def test_every_valid_resource_has_properties_that_the_sdk_knows():
    unknown = [f"{base.type} {name}" for base in bases() for name in base.props if not known_to_sdk(base.type, (name,))]

    assert unknown == []
