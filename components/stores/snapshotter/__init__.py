"""Takes OpenSearch's snapshots into a bucket of ours. It runs in a pod and imports nothing else of this repository.

:mod:`components.stores.search_snapshots` puts it there; the image has botocore.
"""
