"""Where rules meet Pulumi's policy SDK; nothing else in this room or another imports it."""
