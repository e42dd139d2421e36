"""Reads principals and policies out of resource graphs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from analysis.iam.arns import TEMPLATES, Arns, account_of
from analysis.iam.managed import managed_policy
from analysis.iam.model import Guardrails, Holder, IamModel, Kind, Policy, Principal, ResourcePolicy
from graph import ResourceGraph
from graph.documents import Condition, Statement, Unreadable, read_document
from graph.nodes import Node
from graph.paths import look_up
from graph.values import MISSING, FrozenList, Presence, Reference, Unknown, Value

ROLE, USER, GROUP = "aws:iam/role:Role", "aws:iam/user:User", "aws:iam/group:Group"
_BEARERS: Final = {ROLE: Kind.ROLE, USER: Kind.USER, GROUP: Kind.USER}
_INLINE: Final = {
    "aws:iam/rolePolicy:RolePolicy": ("role", ROLE),
    "aws:iam/userPolicy:UserPolicy": ("user", USER),
    "aws:iam/groupPolicy:GroupPolicy": ("group", GROUP),
}
_ATTACHED: Final = {
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": (("role", ROLE),),
    "aws:iam/userPolicyAttachment:UserPolicyAttachment": (("user", USER),),
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment": (("group", GROUP),),
    "aws:iam/policyAttachment:PolicyAttachment": (("roles", ROLE), ("users", USER), ("groups", GROUP)),
}
_RESOURCE: Final = {
    "aws:sqs/queuePolicy:QueuePolicy": ("queueUrl", "policy"),
    "aws:sqs/queue:Queue": ("", "policy"),
    "aws:sns/topicPolicy:TopicPolicy": ("arn", "policy"),
    "aws:sns/topic:Topic": ("", "policy"),
    "aws:s3/bucketPolicy:BucketPolicy": ("bucket", "policy"),
    "aws:s3/bucket:Bucket": ("", "policy"),
    "aws:kms/key:Key": ("", "policy"),
    "aws:kms/keyPolicy:KeyPolicy": ("keyId", "policy"),
    "aws:secretsmanager/secret:Secret": ("", "policy"),
    "aws:secretsmanager/secretPolicy:SecretPolicy": ("secretArn", "policy"),
    "aws:ecr/repositoryPolicy:RepositoryPolicy": ("repository", "policy"),
    "aws:cloudwatch/eventBusPolicy:EventBusPolicy": ("eventBusName", "policy"),
    "aws:opensearch/domain:Domain": ("", "accessPolicies"),
    "aws:opensearch/domainPolicy:DomainPolicy": ("domainName", "accessPolicies"),
    "aws:dynamodb/resourcePolicy:ResourcePolicy": ("resourceArn", "policy"),
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": (None, "policyDocument"),
    "aws:apigateway/restApi:RestApi": ("", "policy"),
    "aws:backup/vaultPolicy:VaultPolicy": ("backupVaultName", "policy"),
    "aws:efs/fileSystemPolicy:FileSystemPolicy": ("fileSystemId", "policy"),
}
"""Type → input that names the resource (empty: it is the resource itself, None: the statements say), and document."""
_HOLDS: Final = {
    "aws:lambda/function:Function": "role",
    "aws:ecs/taskDefinition:TaskDefinition": "taskRoleArn",
    "aws:sfn/stateMachine:StateMachine": "roleArn",
    "aws:codebuild/project:Project": "serviceRole",
    "aws:glue/job:Job": "roleArn",
    "aws:cloudformation/stack:Stack": "iamRoleArn",
    "aws:ec2/instance:Instance": "iamInstanceProfile",
}
"""Type of what runs with a role → input that names it."""


def read_model(*graphs: ResourceGraph, guardrails: Guardrails | None = None) -> IamModel:
    """The model of some stacks together: what one exports is known to the others."""
    return _Reader(graphs).model(guardrails or Guardrails())


@dataclass
class _Bearer:
    """A role, user or group while its policies are collected."""

    node: Node
    policies: list[Policy] = field(default_factory=list[Policy])
    groups: list[str] = field(default_factory=list[str])


class _Reader:
    def __init__(self, graphs: tuple[ResourceGraph, ...]) -> None:
        self.arns = Arns(graphs)
        self.nodes = [node for graph in graphs for node in graph if node.package == "aws" and node.custom]
        self.bearers = {node.urn: _Bearer(node) for node in self.nodes if node.type in _BEARERS}
        self.by_type: dict[str, list[Node]] = defaultdict(list)
        self.by_name: dict[str, list[Node]] = defaultdict(list)
        for node in self.nodes:
            self.by_type[node.type].append(node)
            if node.type in TEMPLATES:
                drawn = node.id if isinstance(node.id, str) else ""
                for name in {self.arns.name(node), self.arns.of(node), drawn} - {""}:
                    self.by_name[name].append(node)

    def model(self, guardrails: Guardrails) -> IamModel:
        self._collect()
        bearers = [self._principal(each) for each in self.bearers.values() if each.node.type != GROUP]
        policies = tuple(self._resource_policies())
        named = {p.arn: p for p in (*self._trusted(bearers), *_named_in(policies, bearers))}
        return IamModel(
            principals=tuple(sorted((*bearers, *named.values()), key=lambda p: (_ORDER[p.kind], p.name, p.arn))),
            resource_policies=policies,
            resources={self.arns.of(n): n.account if isinstance(n.account, str) else "" for n in self.nodes},
            holders=tuple(self._holders()),
            aliases=self._aliases(),
            names={n.name: self.arns.of(n) for n in self.nodes if n.type in TEMPLATES},
            guardrails=guardrails,
        )

    # -- identity -------------------------------------------------------------------------------------------------

    def _collect(self) -> None:
        for node in self.nodes:
            if node.type in _INLINE:
                source, kind = _INLINE[node.type]
                policy = self._policy(f"inline policy {node.name}", node, "policy")
                self._give(node, source, kind, policy)
            elif node.type in _ATTACHED:
                policy = self._attached(node.inputs.get("policyArn"), f"{node.name} policyArn")
                for source, kind in _ATTACHED[node.type]:
                    self._give(node, source, kind, policy)
            elif node.type == "aws:iam/userGroupMembership:UserGroupMembership":
                for user in self._targets(node, "user", USER):
                    self.bearers[user.urn].groups += [group.urn for group in self._targets(node, "groups", GROUP)]
        for bearer in self.bearers.values():
            bearer.policies += self._own(bearer.node)

    def _own(self, node: Node) -> Iterator[Policy]:
        """Policies that a role brings itself."""
        for index, each in enumerate(_items(node.inputs.get("inlinePolicies"))):
            path = f"inlinePolicies[{index}].policy"
            yield self._document(f"{node.name} {path}", look_up(each, "policy"), f"{node.name} {path}")
        for index, each in enumerate(_items(node.inputs.get("managedPolicyArns"))):
            yield self._attached(each, f"{node.name} managedPolicyArns[{index}]")

    def _give(self, node: Node, source: str, kind: str, policy: Policy) -> None:
        value = node.inputs.get(source)
        if value is None:
            return
        targets = self._targets(node, source, kind)
        if not targets and _is_unknown(value):  # it may be anybody's whom the property depends on, or any of them
            policy = Policy(policy.where, None, f"{node.name} {source}")
            urns = dict(node.property_dependencies).get(source, ())
            targets = [n for n in self.by_type[kind] if n.urn in urns] or self.by_type[kind]
        for target in targets:
            self.bearers[target.urn].policies.append(policy)

    def _targets(self, node: Node, source: str, kind: str) -> list[Node]:
        """The resources of a type that an input names."""
        return [
            found
            for value in _items(node.inputs.get(source))
            if (text := self.arns.text(value)) is not None
            for found in self.by_name.get(text, ())
            if found.type == kind and (not (ref := _ref(value)) or ref.urn == found.urn)
        ]

    def _attached(self, arn: Value, where: str) -> Policy:
        text = self.arns.text(arn)
        for node in self.by_name.get(text or "", ()):
            if node.type == "aws:iam/policy:Policy":
                return self._policy(f"policy {node.name}", node, "policy")
        name = (text or "").rpartition("/")[2]
        statements = managed_policy(text) if text is not None else None
        if statements is None:
            return Policy(f"policy {name or where}", None, f"{where} ({name} is not in the table of managed policies)")
        return Policy(f"managed policy {name}", statements)

    def _principal(self, bearer: _Bearer) -> Principal:
        node = bearer.node
        boundary = node.inputs.get("permissionsBoundary")
        groups = [policy for urn in bearer.groups for policy in self.bearers[urn].policies]
        return Principal(
            kind=_BEARERS[node.type],
            arn=self.arns.of(node),
            name=_shown(self.arns.name(node), node),
            urn=node.urn,
            policies=(*bearer.policies, *groups),
            boundary=self._attached(boundary, f"{node.name} permissionsBoundary") if boundary is not None else None,
            trust=self._policy(f"trust policy of {node.name}", node, "assumeRolePolicy") if node.type == ROLE else None,
        )

    # -- documents ------------------------------------------------------------------------------------------------

    def _policy(self, where: str, node: Node, path: str) -> Policy:
        return self._document(where, node.inputs.get(path), f"{node.name} {path}")

    def _document(self, where: str, value: Value | Presence, path: str) -> Policy:
        found = read_document(value)
        if isinstance(found, Unreadable):
            return Policy(where, None, f"{path} ({found.value})")
        return Policy(where, tuple(self._resolved(statement) for statement in found))

    def _resolved(self, statement: Statement) -> Statement:
        text = self.arns.resolved
        conditions = tuple(replace(c, values=tuple(map(text, c.values))) for c in statement.conditions)
        return replace(
            statement,
            principals=tuple((kind, text(value)) for kind, value in statement.principals),
            not_principals=tuple((kind, text(value)) for kind, value in statement.not_principals),
            resources=tuple(map(text, statement.resources)),
            not_resources=tuple(map(text, statement.not_resources)),
            conditions=conditions,
        )

    # -- resources ------------------------------------------------------------------------------------------------

    def _resource_policies(self) -> Iterator[ResourcePolicy]:
        for node in self.nodes:
            if node.type == "aws:lambda/permission:Permission":
                yield self._permission(node)
            elif node.type == "aws:kms/key:Key" and node.inputs.get("policy") is None:
                yield ResourcePolicy(self.arns.of(node), _default_key_policy(self.arns.of(node), node.name))
            elif node.type in _RESOURCE:
                target, path = _RESOURCE[node.type]
                if node.inputs.get(path) is not None:
                    yield ResourcePolicy(self._resource(node, target), self._policy(node.name, node, path))

    def _resource(self, node: Node, target: str | None) -> str:
        if target is None:
            return ""
        if not target:
            return self.arns.of(node)
        value = node.inputs.get(target)
        reference = _ref(value)
        found = self.arns.node(reference.urn) if reference else None
        if found is not None:
            return self.arns.of(found)
        text = self.arns.text(value)
        known = self.by_name.get(text or "", ())
        named = [n for n in known if n.type.split("/")[0] == node.type.split("/")[0]]
        return self.arns.of(named[0]) if named else text or ""

    def _permission(self, node: Node) -> ResourcePolicy:
        function = self.arns.text(node.inputs.get("function")) or ""
        known = [n for n in self.by_name.get(function, ()) if n.type == "aws:lambda/function:Function"]
        arn = self.arns.of(known[0]) if known else function
        principal = self.arns.text(node.inputs.get("principal"))
        action = self.arns.text(node.inputs.get("action"))
        if principal is None or action is None:
            return ResourcePolicy(arn, Policy(node.name, None, f"{node.name} principal"))
        conditions: list[Condition] = []
        for source, key, operator in _PERMISSION_CONDITIONS:
            value = node.inputs.get(source)
            if value is not None:
                conditions.append(Condition(operator, key, (self.arns.text(value) or "${urn:pulumi:unknown#value}",)))
        statement = Statement(
            sid=str(self.arns.text(node.inputs.get("statementId")) or ""),
            allow=True,
            principals=(("Service" if principal.endswith(".amazonaws.com") else "AWS", principal),),
            actions=(action.lower(),),
            resources=(arn, f"{arn}:*"),
            conditions=tuple(conditions),
        )
        return ResourcePolicy(arn, Policy(node.name, (statement,)))

    def _holders(self) -> Iterator[Holder]:
        for node in self.nodes:
            role = self.arns.text(node.inputs.get(_HOLDS[node.type])) if node.type in _HOLDS else None
            if node.type == "aws:ec2/instance:Instance" and role is not None:
                role = self._profile(node)
            if role is not None:
                yield Holder(self.arns.of(node), node.name, node.type, role)

    def _profile(self, instance: Node) -> str | None:
        text = self.arns.text(instance.inputs.get("iamInstanceProfile"))
        for node in self.by_name.get(text or "", ()):
            roles = self._targets(node, "role", ROLE)
            if roles:
                return self.arns.of(roles[0])
        return None

    def _aliases(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {self.arns.of(node): [] for node in self.by_type["aws:kms/key:Key"]}
        for node in self.by_type["aws:kms/alias:Alias"]:
            reference, name = _ref(node.inputs.get("targetKeyId")), self.arns.text(node.inputs.get("name"))
            key = self.arns.node(reference.urn) if reference else None
            if key is not None and name is not None:
                found.setdefault(self.arns.of(key), []).append(name)
        return {key: tuple(sorted(names)) for key, names in found.items()}

    def _trusted(self, bearers: Iterable[Principal]) -> Iterator[Principal]:
        policies = [ResourcePolicy(p.arn, p.trust) for p in bearers if p.trust is not None]
        yield from _named_in(policies, bearers)


_PERMISSION_CONDITIONS: Final = (
    ("sourceArn", "aws:sourcearn", "arnlike"),
    ("sourceAccount", "aws:sourceaccount", "stringequals"),
    ("principalOrgId", "aws:principalorgid", "stringequals"),
)
_ORDER: Final = {kind: place for place, kind in enumerate(Kind)}


def _named_in(policies: Iterable[ResourcePolicy], bearers: Iterable[Principal]) -> Iterator[Principal]:
    """Services, providers, other accounts and anyone that policies speak of."""
    own = {bearer.account for bearer in bearers}
    for each in policies:
        for statement in each.policy.statements or ():
            for kind, value in statement.principals if statement.allow else ():
                if value == "*" and kind in {"*", "AWS"}:
                    yield Principal(Kind.ANYONE, "*", "anyone")
                elif kind == "Service":
                    yield Principal(Kind.SERVICE, value, value)
                elif kind == "Federated":
                    yield Principal(Kind.FEDERATED, value, value)
                elif kind == "AWS":
                    account = value if value.isdigit() else account_of(value)
                    if account and account not in own:
                        yield Principal(Kind.ACCOUNT, f"arn:aws:iam::{account}:root", account)


def _default_key_policy(arn: str, name: str) -> Policy:
    """What AWS gives a key without a policy: the account decides by identity policies.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    """
    root = (("AWS", f"arn:aws:iam::{arn.split(':')[4]}:root"),)
    return Policy(f"default policy of {name}", (Statement("", True, root, actions=("kms:*",), resources=("*",)),))


def _items(value: Value | Presence) -> tuple[Value, ...]:
    if value is None or value is MISSING or isinstance(value, Presence):
        return ()
    return tuple(value) if isinstance(value, FrozenList) else (value,)


def _ref(value: Value) -> Reference | None:
    return value.ref if isinstance(value, Unknown) else None


def _is_unknown(value: Value) -> bool:
    return any(isinstance(item, Unknown) for item in _items(value))


def _shown(name: str, node: Node) -> str:
    return node.name if "${" in name else name
