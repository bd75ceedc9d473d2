"""What a rule is, and where rules meet Pulumi's policy SDK."""
