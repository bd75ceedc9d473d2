"""When what a resource uses ends: services, engine versions, Kubernetes API versions."""
