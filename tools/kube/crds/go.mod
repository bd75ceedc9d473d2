// The modules in which the charts' projects publish their CRDs; nothing here is
// compiled, and `go mod tidy` would empty the list. Behind each module: what
// installs these CRDs in a cluster, and in which version.
module alphacar.example/tools/kube/crds

go 1.26.2

require (
	github.com/external-secrets/external-secrets v1.3.2 // chart external-secrets 2.9.0
	github.com/kubernetes-csi/external-snapshotter/client/v8 v8.7.0 // add-on snapshot-controller
	github.com/kyverno/api v0.0.1-alpha.3.0.20260723090831-fb2785727f98 // chart kyverno 3.9.0
	github.com/prometheus-operator/prometheus-operator v0.93.1 // chart prometheus-operator-crds 31.0.1
	github.com/vmware-tanzu/velero v1.18.1 // chart velero 12.1.0
)
