"""Objects that make a controller in the cluster install a chart, and where each says which, and with what values.

Read in the CRDs and documents that each group's line names; paths are those of the kinds' own schemas.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

Path = tuple[str, ...]
#: A kind of object: its API group and its name.
Kind = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in an object a chart, or a list of charts, is written; every path but ``root`` starts below ``root``.

    ``chart`` are paths of a name or an address, the first that is there counts; ``folders`` of folders in a Git
    repository, and ``guesses`` of an object that holds the chart, and may be called as it. ``repositories`` say whence.
    ``values`` are mappings or YAML; ``parameters`` lists of name and value, or mappings of dotted names. ``unread`` are
    places from which values come that nobody sees. ``images`` are lists of replaced images.
    """

    root: Path = ()
    chart: tuple[Path, ...] = ()
    folders: tuple[Path, ...] = ()
    guesses: tuple[Path, ...] = ()
    repositories: tuple[Path, ...] = ()
    values: tuple[Path, ...] = ()
    parameters: tuple[Path, ...] = ()
    unread: tuple[Path, ...] = ()
    images: tuple[Path, ...] = ()


def _path(dotted: str) -> Path:
    return tuple(dotted.split(".")) if dotted else ()


def _paths(dotted: str) -> tuple[Path, ...]:
    return tuple(map(_path, dotted.split()))


def _place(
    root: str = "",
    *,
    chart: str = "",
    folders: str = "",
    guesses: str = "",
    repositories: str = "",
    values: str = "",
    parameters: str = "",
    unread: str = "",
    images: str = "",
) -> Place:
    return Place(
        root=_path(root),
        chart=_paths(chart),
        folders=_paths(folders),
        guesses=_paths(guesses),
        repositories=_paths(repositories),
        values=_paths(values),
        parameters=_paths(parameters),
        unread=_paths(unread),
        images=_paths(images),
    )


#: Pulumi's own three (source: pulumi_kubernetes 4.34, helm.v3.Release and Chart, helm.v4.Chart).
PULUMI: Final = (
    _place(
        chart="chart",
        repositories="repositoryOpts.repo fetchOpts.repo repo",
        values="values",
        unread="valueYamlFiles",
    ),
)


def _argo(spec: str) -> tuple[Place, ...]:
    return tuple(
        _place(
            f"{spec}{source}",
            chart="chart",
            folders="path",
            repositories="repoURL",
            values="helm.valuesObject helm.values",
            parameters="helm.parameters",
            unread="helm.valueFiles helm.fileParameters",
            images="kustomize.images",
        )
        for source in ("source", "sources", "sourceHydrator.drySource")
    )


def _fleet(root: str) -> Place:
    return _place(
        root,
        chart="chart",
        repositories="repo",
        values="values",
        unread="valuesFiles valuesFrom templateValues",
    )


CONTROLLED: Final[Mapping[Kind, tuple[Place, ...]]] = {
    # Flux: fluxcd/helm-controller and fluxcd/source-controller, docs/spec.
    ("helm.toolkit.fluxcd.io", "HelmRelease"): (
        _place(
            "spec",
            chart="chart.spec.chart",
            guesses="chartRef.name",
            repositories="chart.spec.sourceRef.name",
            values="values",
            unread="valuesFrom chart.spec.valuesFiles",
        ),
        _place("spec.postRenderers", images="kustomize.images"),
    ),
    ("source.toolkit.fluxcd.io", "HelmChart"): (
        _place("spec", chart="chart", repositories="sourceRef.name", unread="valuesFiles"),
    ),
    ("source.toolkit.fluxcd.io", "OCIRepository"): (_place("spec", chart="url"),),
    ("kustomize.toolkit.fluxcd.io", "Kustomization"): (_place("spec", guesses="path", images="images"),),
    # Flux before its second version: fluxcd/helm-operator, and what that was called in weaveworks/flux.
    ("helm.fluxcd.io", "HelmRelease"): (
        _place(
            "spec",
            chart="chart.name",
            folders="chart.path",
            repositories="chart.repository chart.git",
            values="values",
            unread="valuesFrom",
        ),
    ),
    ("flux.weave.works", "HelmRelease"): (
        _place(
            "spec",
            chart="chart.name",
            folders="chart.path",
            repositories="chart.repository chart.git",
            values="values",
            unread="valuesFrom valueFileSecrets",
        ),
    ),
    ("helm.integrations.flux.weave.works", "FluxHelmRelease"): (
        _place("spec", chart="chartGitPath", values="values", unread="valueFileSecrets"),
    ),
    # Argo CD: argoproj/argo-cd, docs/operator-manual; templates of sets are filled by their generators' lists.
    ("argoproj.io", "Application"): _argo("spec."),
    ("argoproj.io", "ApplicationSet"): (*_argo("spec.template.spec."), _place("spec", unread="templatePatch")),
    # k3s and RKE2: k3s-io/helm-controller. A HelmChartConfig is named after the chart that it configures.
    ("helm.cattle.io", "HelmChart"): (
        _place(
            "spec",
            chart="chart",
            repositories="repo",
            values="valuesContent values",
            parameters="set",
            unread="valuesSecrets chartContent",
        ),
    ),
    ("helm.cattle.io", "HelmChartConfig"): (
        _place(chart="metadata.name", values="spec.valuesContent spec.values", unread="spec.valuesSecrets"),
    ),
    # Fleet: rancher/fleet; a GitRepo's folders may hold charts.
    ("fleet.cattle.io", "Bundle"): (_fleet("spec.helm"), _fleet("spec.targets.helm")),
    ("fleet.cattle.io", "HelmOp"): (_fleet("spec.helm"),),
    ("fleet.cattle.io", "GitRepo"): (_place("spec", folders="paths", repositories="repo"),),
    # Rancher: rancher/rancher, ManagedChart of v2prov, App of catalog and the former App of project.
    ("management.cattle.io", "ManagedChart"): (
        _place("spec", chart="chart", repositories="repoName", values="values"),
    ),
    ("catalog.cattle.io", "App"): (_place("spec", chart="chart.metadata.name", values="values"),),
    # k0s: k0sproject/k0s, pkg/apis/helm and its ClusterConfig's extensions.
    ("helm.k0sproject.io", "Chart"): (_place("spec", chart="chartName", values="values"),),
    ("k0s.k0sproject.io", "ClusterConfig"): (
        _place("spec.extensions.helm.charts", chart="chartname chartName", values="values"),
    ),
    # Crossplane: crossplane-contrib/provider-helm, cluster-wide and namespaced.
    **{
        (group, "Release"): (
            _place(
                "spec.forProvider",
                chart="chart.url chart.name",
                repositories="chart.repository",
                values="values",
                parameters="set",
                unread="valuesFrom",
            ),
        )
        for group in ("helm.crossplane.io", "helm.m.crossplane.io")
    },
    # Cluster API: kubernetes-sigs/cluster-api-addon-provider-helm; Sveltos: projectsveltos/addon-controller.
    ("addons.cluster.x-k8s.io", "HelmChartProxy"): (
        _place("spec", chart="chartName", repositories="repoURL", values="valuesTemplate"),
    ),
    ("addons.cluster.x-k8s.io", "HelmReleaseProxy"): (
        _place("spec", chart="chartName", repositories="repoURL", values="values"),
    ),
    **{
        (group, kind): (
            _place(
                "spec.helmCharts",
                chart="chartName",
                repositories="repositoryURL repositoryName",
                values="values",
                unread="valuesFrom",
            ),
        )
        for group in ("config.projectsveltos.io",)
        for kind in ("ClusterProfile", "Profile")
    },
    # Config Sync: GoogleContainerTools/kpt-config-sync.
    **{
        ("configsync.gke.io", kind): (
            _place("spec.helm", chart="chart", repositories="repo", values="values", unread="valuesFileRefs"),
            _place("spec.git", folders="dir", repositories="repo"),
        )
        for kind in ("RootSync", "RepoSync")
    },
    # Carvel: carvel-dev/kapp-controller.
    ("kappctrl.k14s.io", "App"): (
        _place("spec.fetch", chart="helmChart.name", repositories="helmChart.repository.url"),
    ),
    # Open Cluster Management, KubeSphere, Kubermatic, Plural and Shipper, by the APIs of their repositories.
    ("apps.open-cluster-management.io", "HelmRelease"): (
        _place(chart="repo.chartName", repositories="repo.source.helmRepo.urls", values="spec"),
    ),
    ("application.kubesphere.io", "HelmRelease"): (_place("spec", chart="chartName", values="values"),),
    ("apps.kubermatic.k8c.io", "ApplicationInstallation"): (
        _place("spec", chart="applicationRef.name", values="values valuesBlock"),
    ),
    ("apps.kubermatic.k8c.io", "ApplicationDefinition"): (
        _place("spec.versions", chart="template.source.helm.chartName", repositories="template.source.helm.url"),
    ),
    ("deployments.plural.sh", "ServiceDeployment"): (
        _place(
            "spec.helm",
            chart="chart",
            repositories="url repository.name",
            values="values",
            unread="valuesFrom valuesConfigMapRef valuesFiles",
        ),
    ),
    ("shipper.booking.com", "Application"): (
        _place("spec.template", chart="chart.name", repositories="chart.repoUrl", values="values"),
    ),
    # Replicated: replicatedhq/kotskinds; what a channel of Open Cluster Management holds may be a chart.
    ("kots.io", "HelmChart"): (_place("spec", chart="chart.name", values="values"),),
    ("apps.open-cluster-management.io", "Subscription"): (_place("spec", guesses="name", repositories="channel"),),
    # KubeVela: kubevela/kubevela, component type helm of its fluxcd add-on.
    ("core.oam.dev", "Application"): (
        _place("spec.components", chart="properties.chart", repositories="properties.url", values="properties.values"),
    ),
}

#: Kinds that name charts, or where charts lie, and install none.
NO_ORDER: Final[frozenset[Kind]] = frozenset(
    {
        ("source.toolkit.fluxcd.io", "HelmRepository"),
        ("source.toolkit.fluxcd.io", "GitRepository"),
        ("source.toolkit.fluxcd.io", "Bucket"),
        ("image.toolkit.fluxcd.io", "ImageRepository"),
        ("argoproj.io", "AppProject"),
        ("argoproj.io", "Workflow"),
        ("catalog.cattle.io", "ClusterRepo"),
        ("helm.openshift.io", "HelmChartRepository"),
        ("helm.openshift.io", "ProjectHelmChartRepository"),
        ("kyverno.io", "ClusterPolicy"),
        ("apiextensions.k8s.io", "CustomResourceDefinition"),
    }
)

#: Objects of operator catalogues that order an operator by its package (source: operator-framework/api,
#: operators/v1alpha1 Subscription; operator-framework/operator-controller, ClusterExtension, spec.source.catalog).
PACKAGES: Final[Mapping[Kind, tuple[Path, ...]]] = {
    ("operators.coreos.com", "Subscription"): _paths("spec.name"),
    ("operators.coreos.com", "ClusterServiceVersion"): _paths("metadata.name"),
    ("olm.operatorframework.io", "ClusterExtension"): _paths("spec.source.catalog.packageName spec.packageName"),
    ("operators.operatorframework.io", "Operator"): _paths("spec.packageName"),
    ("platform.openshift.io", "PlatformOperator"): _paths("spec.package.name"),
    # Bundles of Tanzu and of EKS Anywhere: vmware-tanzu/community-edition, aws/eks-anywhere-packages.
    ("packaging.carvel.dev", "PackageInstall"): _paths("spec.packageRef.refName"),
    ("packages.eks.amazonaws.com", "Package"): _paths("spec.packageName"),
}

#: Objects of operators for many engines, and where they say which one (source: apecloud/kubeblocks, apis/apps, v1alpha1
#: and v1; percona/everest-operator, api; percona/dbaas-operator).
ENGINES: Final[Mapping[Kind, tuple[Path, ...]]] = {
    ("apps.kubeblocks.io", "Cluster"): _paths(
        "spec.clusterDef spec.clusterDefinitionRef spec.componentSpecs.*.componentDef "
        "spec.componentSpecs.*.componentDefRef spec.shardings.*.template.componentDef "
        "spec.shardingSpecs.*.template.componentDef"
    ),
    ("apps.kubeblocks.io", "Component"): _paths("spec.compDef"),
    ("everest.percona.com", "DatabaseCluster"): _paths("spec.engine.type"),
    ("dbaas.percona.com", "DatabaseCluster"): _paths("spec.databaseType"),
}

#: Objects that carry other objects for a controller to make, and where (source: crossplane-contrib/provider-kubernetes,
#: open-cluster-management-io/api, karmada-io/karmada, controlplaneio-fluxcd/flux-operator, kubevela/kubevela,
#: openshift/api, kubernetes-sigs/kro).
CARRIED: Final[Mapping[Kind, tuple[Path, ...]]] = {
    ("kubernetes.crossplane.io", "Object"): _paths("spec.forProvider.manifest"),
    ("kubernetes.m.crossplane.io", "Object"): _paths("spec.forProvider.manifest"),
    ("work.open-cluster-management.io", "ManifestWork"): _paths("spec.workload.manifests"),
    ("work.karmada.io", "Work"): _paths("spec.workload.manifests"),
    ("fluxcd.controlplane.io", "ResourceSet"): _paths("spec.resources"),
    ("core.oam.dev", "Application"): _paths("spec.components.*.properties.objects"),
    ("template.openshift.io", "Template"): _paths("objects"),
    # Patches of Kustomize, which are YAML.
    ("kustomize.toolkit.fluxcd.io", "Kustomization"): _paths("spec.patches.patch"),
    ("helm.toolkit.fluxcd.io", "HelmRelease"): _paths("spec.postRenderers.kustomize.patches.patch"),
    ("argoproj.io", "Application"): _paths("spec.source.kustomize.patches.patch spec.sources.kustomize.patches.patch"),
    ("kro.run", "ResourceGraphDefinition"): _paths("spec.resources.*.template"),
}
