"""Functions (`aws.get_...`): Terraform's data sources."""

from __future__ import annotations

from embedded.aws_plugin import inputs, paths
from embedded.aws_plugin.errors import Problem, TerraformError
from embedded.aws_plugin.mapping.nodes import Node
from embedded.aws_plugin.mapping.store import MapStore
from embedded.aws_plugin.pool import Pool
from embedded.aws_plugin.report import Finding, Reporter
from embedded.aws_plugin.resources import Failure
from embedded.aws_plugin.secrecy import mark, redact, secret_texts
from embedded.aws_plugin.shapes import block_to_pulumi, resource_to_terraform
from embedded.aws_plugin.values import Props, reveal_all

_ARN_FUNCTIONS = frozenset({"aws:index/arnParse:arnParse", "aws:index/getArn:getArn"})
_ARN_PARTS = ("partition", "service", "region", "account", "resource")


class Functions:
    """Thread safe."""

    def __init__(self, store: MapStore, pool: Pool, reporter: Reporter) -> None:
        """One for a plug-in process."""
        self._store = store
        self._pool = pool
        self._reporter = reporter

    def invoke(self, token: str, arguments: Props) -> tuple[Props, list[Failure]]:
        """The result, or why there is none."""
        plain = reveal_all(arguments)
        if token in _ARN_FUNCTIONS:
            return _parse_arn(plain)
        node = self._store.function(token)
        self._report_unsupported(node, plain)
        config = resource_to_terraform(node, plain)
        region = self._pool.region_of(plain.get("region") if _chooses_region(node) else None)
        try:
            values = self._pool.terraform(region).read_data(node.type, config, lambda p: self._warn(token, p))
        except TerraformError as error:
            hidden = secret_texts(arguments)
            return {}, [
                Failure(paths.from_terraform(node.body, problem.path), f"{token}: {redact(problem.text(), hidden)}")
                for problem in error.problems
            ]
        out = block_to_pulumi(node.body, values, secrets=True)
        out.setdefault("region", region)
        return mark(out, arguments), []

    def _warn(self, token: str, problem: Problem) -> None:
        self._reporter.warn(Finding("provider-warning", "", token, "", f"{token}: {problem.text()}"))

    def _report_unsupported(self, node: Node, plain: Props) -> None:
        for path in inputs.unsupported(node, plain):
            if path == "region":
                continue
            message = f"{node.token}: {path} is newer than the Terraform provider behind the stand-in: it is not used"
            self._reporter.warn(Finding("input-not-supported", "", node.token, path, message))


def _chooses_region(node: Node) -> bool:
    """Whether `region` says where to ask, rather than what to ask for."""
    own = node.body.attributes.get("region")
    return own is None or not own.settable or node.type == "aws_region"


def _parse_arn(arguments: Props) -> tuple[Props, list[Failure]]:
    """The data source behind it is gone from the SDK's side: an ARN is only text."""
    arn = arguments.get("arn")
    parts = arn.split(":", 5) if isinstance(arn, str) else []
    if len(parts) != 6 or parts[0] != "arn":
        return {}, [Failure("arn", "expected arn:partition:service:region:account:resource")]
    out: Props = dict(zip(_ARN_PARTS, parts[1:], strict=True))
    return out | {"arn": arn, "id": arn}, []
