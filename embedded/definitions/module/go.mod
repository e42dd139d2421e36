module definitions

go 1.26

require (
	github.com/argoproj/argo-cd/v3 v3.2.0
	github.com/argoproj/argo-rollouts v1.8.3
	github.com/aws/karpenter-provider-aws v1.14.1
	github.com/cert-manager/cert-manager v1.21.2
	github.com/external-secrets/external-secrets v1.3.2
	github.com/kubernetes-csi/external-snapshotter/client/v8 v8.7.0
	github.com/prometheus-operator/prometheus-operator v0.85.0
	github.com/vmware-tanzu/velero v1.18.3
	istio.io/api v1.31.1
	k8s.io/kubernetes v1.36.3
)
