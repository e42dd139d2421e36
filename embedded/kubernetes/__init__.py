"""The control plane of an embedded EKS cluster: the real kube-apiserver, etcd and controller manager, without nodes."""
