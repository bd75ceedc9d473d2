"""Which account is ours, and which document lets another one in: judged of all resources together.

No setting names the account. It is the one that the program's own ARNs are of; whom a document lets in is no ARN of
ours, and is left out. Where nothing tells, a role that a whole account may become is refused, since nobody can say
whose it is, and every other document is let be: a key names its own account's root by default.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from model import type_tokens
from model.property_check import found_at
from model.resource import Resource, decoded, walk
from policy.engine.rule import Context, Finding
from policy.guardrails.demand import StackDemand
from policy.guardrails.iam.actions import allowed
from policy.guardrails.iam.documents import RESOURCE
from policy.guardrails.iam.statements import allowing, conditions, leaves_nobody_out, principals, texts, tied

_OF_AN_ARN: Final = re.compile(r"arn:[\w-]*:[\w-]+:[\w-]*:(\d{12}):")
_ACCOUNT: Final = re.compile(r"\d{12}")
_WHOLE: Final = re.compile(r"(?:arn:[\w-]*:iam::)?(\d{12})(?::root)?")
_ANY_OF: Final = re.compile(r"(?:arn:[\w-]*:(?:iam|sts)::)?(\d{12})(?::.*)?")
#: What another account may not do to a bucket, whatever else it may (source: FSBP, S3.6).
_OF_THE_OWNER: Final = (
    "s3:deletebucketpolicy",
    "s3:putbucketacl",
    "s3:putbucketpolicy",
    "s3:putencryptionconfiguration",
    "s3:putobjectacl",
)
_BUCKETS: Final = (type_tokens.S3_BUCKET, type_tokens.S3_BUCKET_V2, type_tokens.S3_BUCKET_POLICY)
#: AWS's own accounts from which load balancers write their logs, a region each; regions since August 2022 have none.
#: Source: Elastic Load Balancing user guide, access logs, bucket permissions.
_BALANCERS: Final = frozenset(
    {
        "009996457667", "027434742980", "033677994240", "054676820928", "076674570225", "098369216593", "114774131450",
        "127311923021", "156460612806", "383597477331", "507241528517", "582318560864", "589379963580", "600734575887",
        "635631232127", "652711504416", "718504428378", "754344448648", "783225319266", "797873946194", "897822967062",
        "985666609251",
    }
)  # fmt: skip
_LETTING_IN: Final = ("Principal", "NotPrincipal")


def ours(resources: Sequence[Resource]) -> frozenset[str]:
    """The account that most ARNs of the program's AWS resources are of, or nothing."""
    found: Counter[str] = Counter()
    for resource in resources:
        if resource.type.startswith(type_tokens.AWS_PACKAGE):
            found.update(_accounts(resource.props))
    most = max(found.values(), default=0)
    return frozenset(account for account, times in found.items() if times == most)


def _accounts(props: Mapping[str, Any]) -> Iterator[str]:
    for path, value in walk(props):
        if not isinstance(value, str) or "arn:" not in value or any(step in _LETTING_IN for step in path):
            continue
        document = decoded(value) if value.lstrip().startswith("{") else None
        if not isinstance(document, Mapping):
            yield from _OF_AN_ARN.findall(value)
            continue
        for below, text in walk(document):
            # An identity provider that a role trusts is the account's own.
            if isinstance(text, str) and ("Federated" in below or not any(step in _LETTING_IN for step in below)):
                yield from _OF_AN_ARN.findall(text)


def _in_documents(wrong: Callable[[Resource, Mapping[str, Any], frozenset[str]], str | None]) -> Any:
    def check(resources: Sequence[Resource], context: Context) -> Iterator[Finding]:  # noqa: ARG001 - called alike
        ours_alone: frozenset[str] | None = None
        for resource in resources:
            for document in found_at(resource.props, RESOURCE[resource.type]) if resource.type in RESOURCE else ():
                for statement in allowing(document):
                    if not principals(statement, "AWS"):
                        continue
                    ours_alone = ours(resources) if ours_alone is None else ours_alone
                    if said := wrong(resource, statement, ours_alone):
                        yield Finding(f"{'.'.join(map(str, RESOURCE[resource.type]))} {said}", urn=resource.urn)

    return check


def _whole_account(resource: Resource, statement: Mapping[str, Any], own: frozenset[str]) -> str | None:
    """Everybody of another account is let in."""
    whole = [found[1] for name in principals(statement, "AWS") if (found := _WHOLE.fullmatch(name))]
    strange = [account for account in whole if account not in own and not _writes_logs(account, resource, statement)]
    if (
        not strange
        or (not own and resource.type != type_tokens.IAM_ROLE)
        or tied(statement)
        or _by_agreement(statement)
    ):
        return None
    return (
        f"lets in everybody of account {strange[0]}, which is not ours as far as this program tells; name the role, or "
        "tie it by a condition such as aws:PrincipalArn or sts:ExternalId"
    )


def _writes_logs(account: str, resource: Resource, statement: Mapping[str, Any]) -> bool:
    """Whether it is AWS's own account of a region's load balancers, which may put objects into a bucket and no more."""
    actions = {action.lower() for action in texts(statement, "Action")}
    return account in _BALANCERS and resource.type in _BUCKETS and actions <= {"s3:putobject"}


def _by_agreement(statement: Mapping[str, Any]) -> bool:
    return any(
        key == "sts:externalid" and not any(leaves_nobody_out(value) for value in values)
        for key, values in conditions(statement)
    )


def _bucket_of_others(resource: Resource, statement: Mapping[str, Any], own: frozenset[str]) -> str | None:
    """Another account may change who may read the bucket."""
    if resource.type not in _BUCKETS or not own:
        return None
    named = [found[1] for name in principals(statement, "AWS") if (found := _ANY_OF.fullmatch(name))]
    strange = [account for account in named if account not in own]
    given = allowed(statement, _OF_THE_OWNER) if strange else []
    return f"lets account {strange[0]} change who reads the bucket: {', '.join(given)} (S3.6)" if given else None


ACCOUNTS: Final = (
    StackDemand(name="no whole account of others", check=_in_documents(_whole_account)),
    StackDemand(name="buckets are their owner's", check=_in_documents(_bucket_of_others)),
)
