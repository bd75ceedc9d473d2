"""The sections of a stack file: platform, stores, workflow, operations, and what was measured."""
