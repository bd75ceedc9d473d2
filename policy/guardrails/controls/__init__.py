"""Which control is held by what: a row a control, as data (``fsbp.yaml``, ``cis-eks.yaml``), and what it comes to."""
