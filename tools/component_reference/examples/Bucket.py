bucket = Bucket("invoices", BucketArgs(place=place, key_arn=key_arn))
pulumi.export("bucket", bucket.name)
