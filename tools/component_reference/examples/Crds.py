crds = Crds("crds", CrdsArgs(cluster=cluster, namespace=namespace("monitoring")))
