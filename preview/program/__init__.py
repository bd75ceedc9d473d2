"""Any Pulumi program in Python: run in a process of its own against our monitor, then judged and priced."""
