"""Images that AWS is told to run: by its container services, functions and builds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from model.resource import Resource, decoded, walk
from model.type_tokens import aws_token

#: Resources that run an image, and the properties below which one is named; some of them are JSON.
_RUNNERS: Final[Mapping[str, tuple[str, ...]]] = {
    aws_token("ecs", "TaskDefinition"): ("containerDefinitions",),
    aws_token("ecs", "ExpressGatewayService"): ("primaryContainers", "primaryContainer"),
    aws_token("lambda", "Function"): ("imageUri", "code"),
    aws_token("apprunner", "Service"): ("sourceConfiguration",),
    aws_token("batch", "JobDefinition"): (
        "containerProperties",
        "ecsProperties",
        "eksProperties",
        "nodeProperties",
    ),
    aws_token("lightsail", "ContainerServiceDeploymentVersion"): ("containers",),
    # By CloudFormation's name alone.
    aws_token("lightsail", "Container"): ("containerServiceDeployment",),
    aws_token("sagemaker", "Model"): ("primaryContainer", "containers"),
    aws_token("bedrock", "AgentcoreAgentRuntime"): ("agentRuntimeArtifact",),
}
_KEYS: Final = frozenset({"image", "imageuri", "imageidentifier", "containeruri"})


def aws_images(resource: Resource) -> Iterator[str]:
    """Every known image that an AWS resource runs."""
    for key in _RUNNERS.get(resource.type, ()):
        given = resource.get(key)
        if key == "imageUri":
            given = {key: given}
        for path, value in walk(decoded(given) if isinstance(given, str) else given):
            if path and isinstance(value, str) and str(path[-1]).lower() in _KEYS:
                yield value
