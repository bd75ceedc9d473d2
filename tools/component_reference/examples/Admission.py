no_latest = {
    "apiVersion": "policies.kyverno.io/v1",
    "kind": "ValidatingPolicy",
    "metadata": {"name": "no-latest"},
    "spec": {
        "validationActions": ["Deny"],
        "matchConstraints": {
            "resourceRules": [
                {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}
            ]
        },
        "validations": [
            {
                "expression": "object.spec.containers.all(c, !c.image.endsWith(':latest'))",
                "message": "name a version",
            }
        ],
    },
}
admission = Admission(
    "admission",
    AdmissionArgs(
        cluster=cluster,
        namespace=namespace("kyverno"),
        exceptions_namespace=namespace("kyverno-exceptions"),
        policies=[no_latest],
        excluded_namespaces=["kube-system", "kyverno"],
    ),
)
