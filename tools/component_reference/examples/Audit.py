keys = Keys("keys", KeysArgs(place=place, trail_name="audit"))
audit = Audit("audit", AuditArgs(place=place, key_arn=keys.arn, log_retention_days=365))
