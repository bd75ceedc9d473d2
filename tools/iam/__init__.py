"""Writes bootstrap/permissions.json: which IAM actions the AWS provider needs to keep each type of resource."""
