"""Where data rests: DocumentDB, ElastiCache, OpenSearch, S3, secrets, and their backups."""
