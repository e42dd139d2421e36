"""Names and ARNs of resources before they stand: from what the program says, with a placeholder for what AWS draws."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from graph import ResourceGraph
from graph.documents import OPEN, placeholder
from graph.nodes import Node
from graph.paths import look_up
from graph.values import FrozenMap, Reference, Unknown, Value

TEMPLATES: Final[dict[str, tuple[str, str]]] = {
    "aws:iam/role:Role": ("name", "arn:aws:iam::{account}:role{path}{name}"),
    "aws:iam/user:User": ("name", "arn:aws:iam::{account}:user{path}{name}"),
    "aws:iam/group:Group": ("name", "arn:aws:iam::{account}:group{path}{name}"),
    "aws:iam/policy:Policy": ("name", "arn:aws:iam::{account}:policy{path}{name}"),
    "aws:iam/instanceProfile:InstanceProfile": ("name", "arn:aws:iam::{account}:instance-profile{path}{name}"),
    "aws:s3/bucket:Bucket": ("bucket", "arn:aws:s3:::{name}"),
    "aws:s3/bucketV2:BucketV2": ("bucket", "arn:aws:s3:::{name}"),
    "aws:sqs/queue:Queue": ("name", "arn:aws:sqs:{region}:{account}:{name}"),
    "aws:sns/topic:Topic": ("name", "arn:aws:sns:{region}:{account}:{name}"),
    "aws:kms/key:Key": ("", "arn:aws:kms:{region}:{account}:key/{name}"),
    "aws:dynamodb/table:Table": ("name", "arn:aws:dynamodb:{region}:{account}:table/{name}"),
    "aws:lambda/function:Function": ("name", "arn:aws:lambda:{region}:{account}:function:{name}"),
    "aws:lambda/alias:Alias": ("name", "arn:aws:lambda:{region}:{account}:function:{function}:{name}"),
    "aws:cloudwatch/eventRule:EventRule": ("name", "arn:aws:events:{region}:{account}:rule/{bus}{name}"),
    "aws:cloudwatch/eventBus:EventBus": ("name", "arn:aws:events:{region}:{account}:event-bus/{name}"),
    "aws:cloudwatch/logGroup:LogGroup": ("name", "arn:aws:logs:{region}:{account}:log-group:{name}"),
    "aws:sfn/stateMachine:StateMachine": ("name", "arn:aws:states:{region}:{account}:stateMachine:{name}"),
    "aws:ssm/parameter:Parameter": ("name", "arn:aws:ssm:{region}:{account}:parameter{slash}{name}"),
    "aws:secretsmanager/secret:Secret": ("name", "arn:aws:secretsmanager:{region}:{account}:secret:{name}-{drawn}"),
    "aws:ecr/repository:Repository": ("name", "arn:aws:ecr:{region}:{account}:repository/{name}"),
    "aws:opensearch/domain:Domain": ("domainName", "arn:aws:es:{region}:{account}:domain/{name}"),
    "aws:rds/instance:Instance": ("identifier", "arn:aws:rds:{region}:{account}:db:{name}"),
    "aws:ec2/instance:Instance": ("", "arn:aws:ec2:{region}:{account}:instance/{name}"),
    "aws:codebuild/project:Project": ("name", "arn:aws:codebuild:{region}:{account}:project/{name}"),
    "aws:cloudformation/stack:Stack": ("name", "arn:aws:cloudformation:{region}:{account}:stack/{name}/{drawn}"),
    "aws:glue/job:Job": ("name", "arn:aws:glue:{region}:{account}:job/{name}"),
}
"""Resource type → input that is the name (empty: AWS draws an id), and form of the ARN.

Service Authorization Reference, "Resource types defined by …" of each service.
"""
_NAMES: Final = frozenset({"id", "name", "bucket", "keyId", "domainName", "identifier"})


class Arns:
    """Reads references to resources of some graphs as ARNs and names."""

    def __init__(self, graphs: tuple[ResourceGraph, ...]) -> None:
        self._graphs = graphs
        self._stacks: Mapping[str, ResourceGraph] = {graph.stack: graph for graph in graphs}
        self._known: dict[str, str] = {}

    def node(self, urn: str) -> Node | None:
        """The resource of a URN in any of the graphs."""
        return next((found for graph in self._graphs if (found := graph.get(urn)) is not None), None)

    def of(self, node: Node) -> str:
        """ARN of a resource; where a part of it is drawn by AWS, a placeholder stands there."""
        if node.urn not in self._known:
            self._known[node.urn] = self._made(node)
        return self._known[node.urn]

    def _made(self, node: Node) -> str:
        stated = node.outputs.get("arn")
        if isinstance(stated, str):
            return stated
        if node.type not in TEMPLATES:
            return placeholder(Reference(node.urn, "arn"))
        _, form = TEMPLATES[node.type]
        name = self.name(node)
        path, bus = node.inputs.get("path"), self.text(node.inputs.get("eventBusName"))
        return form.format(
            function=(self.text(node.inputs.get("functionName")) or "").rpartition(":")[2],
            bus=f"{bus.rpartition('/')[2]}/" if bus not in {None, "default"} and bus else "",
            account=_text(node.account, node, "account"),
            region=_text(node.region, node, "region"),
            path=path if isinstance(path, str) else "/",
            name=name,
            slash="" if name.startswith("/") else "/",
            drawn=placeholder(Reference(node.urn, "id")),
        )

    def name(self, node: Node) -> str:
        """Physical name of a resource, or a placeholder."""
        input_name = TEMPLATES[node.type][0] if node.type in TEMPLATES else "name"
        stated = node.inputs.get(input_name) if input_name else None
        if stated is None:
            stated = node.outputs.get(input_name or "keyId")
        if stated is None or (isinstance(stated, Unknown) and (not stated.parts or stated.ref is not None)):
            return placeholder(Reference(node.urn, "id"))
        return self.text(stated) or placeholder(Reference(node.urn, "id"))

    def text(self, value: Value) -> str | None:
        """A text as far as it is known, with names and ARNs in place of outputs; None if it is no text."""
        if isinstance(value, Unknown):
            if not value.parts:
                return None
            value = "".join(placeholder(part) if isinstance(part, Reference) else part for part in value.parts)
        return self.resolved(value) if isinstance(value, str) else None

    def resolved(self, text: str) -> str:
        """A text in which placeholders are replaced by what the graphs know."""
        if "${urn:" not in text:
            return text
        return OPEN.sub(lambda match: self._output(match.group()), text)

    def _output(self, written: str) -> str:
        urn, _, output = written[2:-1].rpartition("#")
        return self._value(Reference(urn, output), written, depth=0)

    def _value(self, reference: Reference, written: str, depth: int) -> str:
        node = self.node(reference.urn)
        if node is None or depth > 8:
            return written
        value: object = look_up(node.outputs, reference.output)
        if not isinstance(value, str):
            value = look_up(node.inputs, reference.output)
        if isinstance(value, str):
            return value
        if "StackReference" in node.type:
            return self._exported(node, reference.output, written, depth)
        if reference.output == "arn" and node.type in TEMPLATES:
            return self.of(node)
        if reference.output in _NAMES and node.type in TEMPLATES:
            return self.name(node)
        if isinstance(value, Unknown) and value.ref is not None:
            return self._value(value.ref, written, depth + 1)
        return written

    def _exported(self, node: Node, output: str, written: str, depth: int) -> str:
        stack = str(node.inputs.get("name", node.name)).rpartition("/")[2]
        other = self._stacks.get(stack)
        if other is None or not output.startswith("outputs"):
            return written
        exported = FrozenMap({"outputs": other.stack_outputs})
        value = look_up(exported, output)
        if isinstance(value, str):
            return value
        if isinstance(value, Unknown) and value.parts:
            parts = (p if isinstance(p, str) else self._value(p, placeholder(p), depth + 1) for p in value.parts)
            return "".join(parts)
        return written


def _text(value: Value, node: Node, output: str) -> str:
    return value if isinstance(value, str) else placeholder(Reference(node.urn, output))


_ARN: Final = re.compile(r"arn:[^:]*:(?P<service>[^:]*):(?P<region>[^:]*):(?P<account>[^:]*):")


def service_of(arn: str) -> str | None:
    """Service of an ARN, such as `s3`; None if it cannot be read."""
    found = _ARN.match(OPEN.sub("", arn) if arn.startswith("arn") else arn)
    return found["service"] if found else None


def account_of(arn: str) -> str | None:
    """Account of an ARN; None if it has none or it cannot be read."""
    found = _ARN.match(arn)
    return found["account"] or None if found and "$" not in found["account"] else None


def region_of(arn: str) -> str | None:
    """Region of an ARN; None if it has none or it cannot be read."""
    found = _ARN.match(arn)
    return found["region"] or None if found and "$" not in found["region"] else None


def shown(text: str) -> str:
    """A text for people: a placeholder as name and output of its resource."""
    return OPEN.sub(lambda match: f"<{match.group()[2:-1].rpartition('::')[2].replace('#', ' ')}>", text)
