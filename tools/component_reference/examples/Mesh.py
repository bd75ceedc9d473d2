mesh = Mesh("mesh", MeshArgs(cluster=cluster, namespace=namespace("istio-system")))
