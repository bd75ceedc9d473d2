"""Whether AWS would take what is declared: the inputs of each resource against AWS's own API models.

``mapping.yaml`` says which operation creates a type, ``python -m tools.aws_api`` reads the models that botocore ships
and writes ``constraints.json``, ``model`` judges by it, and ``documented`` holds what AWS documents and no model says.
"""
