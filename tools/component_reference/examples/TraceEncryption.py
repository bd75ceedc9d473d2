TraceEncryption("traces", TraceEncryptionArgs(key_arn=key_arn))
