"""What an account needs before the landing zone: run by ``make bootstrap``, by a person, and again after a change.

Identity providers, a role that deploys, one that previews, the boundary of every role that is deployed; and where the
state lies, which the first run keeps on its own machine and then moves there.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import pulumi
import pulumi_aws as aws

from bootstrap import state, trust
from bootstrap.granted import BOUNDARY, PATH, granted
from bootstrap.roles import role
from bootstrap.settings import from_environment
from components.arguments import AccountRegion
from stacks.offered import REGION

settings = from_environment(pulumi.get_stack())
account = aws.get_caller_identity().account_id
place = AccountRegion(account_id=account, region=REGION)
tags = {
    "project": "alphacar-landing-zone",
    "environment": settings.environment,
    "owner": settings.owner,
    "managed-by": "pulumi",
    "decision": "platform",
}
may = granted(settings.environment, account)

providers = [
    aws.iam.OpenIdConnectProvider(name, url=issuer, client_id_lists=[trust.AUDIENCE], tags=tags)
    for name, issuer in trust.issuers(settings).items()
]
boundary = aws.iam.Policy(
    "boundary",
    name=BOUNDARY.removeprefix(PATH),
    path=PATH,
    description="The most that a role of the landing zone may do",
    policy=json.dumps({"Version": "2012-10-17", "Statement": may.boundary}, separators=(",", ":")),
    tags=tags,
)

names = {what: f"arn:aws:iam::{account}:role{PATH}alphacar-{what}" for what in ("deploy", "preview")}
key = state.key(state.key_policy(account, settings.operators, names["deploy"], names["preview"]), tags)
bucket = state.bucket(place, key, settings.lock_days, tags)
deploy = role(
    "deploy",
    "Deploys the landing zone",
    trust=trust.deploying(settings, account),
    statements=may.deploy,
    state=key.arn.apply(lambda arn: state.writing(bucket.arn, arn)),
    tags=tags,
    providers=providers,
    # As long as the job `up` may run on GitHub, which signs in once.
    session_seconds=7200,
)
preview = role(
    "preview",
    "Previews the landing zone and looks for drift; changes nothing",
    trust=trust.previewing(settings, account),
    statements=may.preview,
    state=key.arn.apply(lambda arn: state.reading(bucket.arn, arn)),
    tags=tags,
    providers=providers,
)

pulumi.export("backendUrl", f"s3://{bucket.name}?region={REGION}&awssdk=v2")
pulumi.export("secretsProvider", f"awskms://{state.ALIAS}?region={REGION}")
pulumi.export("deployRole", deploy.arn)
pulumi.export("previewRole", preview.arn)
pulumi.export("boundary", boundary.arn)
