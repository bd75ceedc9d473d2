"""Writes ``policy/guardrails/aws_api/constraints.json``: what AWS's API models allow for inputs of Pulumi's types."""
