"""A stand-in for the official eks plug-in, for networks in which that cannot be downloaded.

`pulumi-eks` is a remote component: a program names one resource, and the plug-in makes the many that it stands for.
This one makes the same children, by name, type, parent and value, from the blueprint of the component
(`contracts.blueprints.eks_cluster`, which says what is covered). What the blueprint does not know is refused, never
left out.
"""
