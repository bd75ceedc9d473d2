"""Charts and AWS resources that are ordered in other words than Pulumi's own, and where they say what."""
