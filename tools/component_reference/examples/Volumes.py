volumes = Volumes("volumes", VolumesArgs(cluster=cluster, key_arn=key_arn))
