"""Check and Diff: what a resource's inputs are, and what would change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from embedded.aws_plugin import compare, inputs, names, paths, proposed
from embedded.aws_plugin.assets import source_code_hash
from embedded.aws_plugin.compare import Change
from embedded.aws_plugin.errors import Problem, ShapeError
from embedded.aws_plugin.mapping.nodes import Node
from embedded.aws_plugin.mapping.store import MapStore
from embedded.aws_plugin.pool import Pool
from embedded.aws_plugin.report import Finding, Reporter
from embedded.aws_plugin.secrecy import redact, secret_texts, sensitive_texts
from embedded.aws_plugin.shapes import block_to_pulumi, resource_to_terraform
from embedded.aws_plugin.state import Recorded, recorded
from embedded.aws_plugin.terraform import Plan, Terraform, Warn
from embedded.aws_plugin.values import UNKNOWN, Props, has_unknown, reveal_all

_LAMBDA_CODE = ("aws_lambda_function", "aws_lambda_layer_version")


@dataclass(frozen=True, slots=True)
class Failure:
    """Why inputs are refused. `property` is a Pulumi path, empty if the whole resource is meant."""

    property: str
    reason: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What would change: property path -> change, and the top-level properties that need a new resource."""

    changes: dict[str, Change]
    replaces: frozenset[str] = frozenset()
    delete_first: bool = False
    known: bool = True  # False: nothing is recorded to compare with


@dataclass(frozen=True, slots=True)
class Target:
    """One resource as the engine names it."""

    urn: str
    node: Node

    @property
    def name(self) -> str:
        """Its logical name."""
        return self.urn.split("::")[-1]


class Resources:
    """The parts that Check, Diff and the life cycle share."""

    def __init__(self, store: MapStore, pool: Pool, reporter: Reporter) -> None:
        """One for a plug-in process."""
        self.store = store
        self.pool = pool
        self.reporter = reporter

    def target(self, urn: str, token: str) -> Target:
        """What is known about a resource; PluginError for a type that the Terraform provider lacks."""
        return Target(urn, self.store.resource(token or urn.split("::")[2].split("$")[-1]))

    def warner(self, target: Target, *bags: Props) -> Warn:
        """Pass the Terraform provider's warnings on to the user, without the secrets of these property bags."""
        hidden = set[str]().union(*map(secret_texts, bags))

        def warn(problem: Problem) -> None:
            path = paths.from_terraform(target.node.body, problem.path)
            text = redact(f"{path}: {problem.text()}" if path else problem.text(), hidden)
            self.reporter.warn(Finding("provider-warning", target.urn, target.node.token, path, text))

        return warn

    # ------------------------------------------------------------ Check

    def check(self, target: Target, news: Props, olds: Props, naming: names.Naming) -> tuple[Props, list[Failure]]:
        """The inputs, completed with names, and what is wrong with them. Secrets stay wrapped."""
        node = target.node
        checked = names.fill_in(node, news, reveal_all(olds), naming)
        plain = reveal_all(checked)
        failures = [Failure(path, f"Missing required argument {path}") for path in inputs.missing(node.body, plain)]
        if not failures:
            failures = self._validate(target, plain, checked)
        if not failures:
            self._report_unsupported(target, plain)
        return checked, failures

    def _validate(self, target: Target, plain: Props, checked: Props) -> list[Failure]:
        node = target.node
        try:
            config = self.config(node, plain)
        except ShapeError as error:
            return [Failure(error.path, error.reason)]
        terraform = self.pool.terraform(self.pool.region_of(plain.get("region")))
        problems = terraform.validate(node.type, config, self.warner(target, checked))
        hidden = secret_texts(checked) | sensitive_texts(node.body, config)
        return [
            Failure(paths.from_terraform(node.body, problem.path), redact(problem.text(), hidden))
            for problem in problems
        ]

    def _report_unsupported(self, target: Target, plain: Props) -> None:
        for path in inputs.unsupported(target.node, plain):
            message = (
                f"{path} is newer than the Terraform provider behind this stand-in for the aws plug-in: it is kept "
                "in the state but has no effect here. The official plug-in will apply it."
            )
            self.reporter.warn(Finding("input-not-supported", target.urn, target.node.token, path, message))

    # ------------------------------------------------------------ configuration and plan

    @staticmethod
    def config(node: Node, props: Props, operation: str = "", seconds: float = 0) -> Props:
        """The Terraform configuration of plain inputs. `seconds`: how long `operation` may take, 0 for the default."""
        timeouts = {operation: f"{seconds:g}s"} if operation and seconds else None
        config = resource_to_terraform(node, props, timeouts)
        path = config.get("filename")
        if node.type in _LAMBDA_CODE and isinstance(path, str) and not config.get("source_code_hash"):
            config["source_code_hash"] = source_code_hash(path)
        return config

    @staticmethod
    def keep(node: Node, props: Props, prior: Props, ignored: Iterable[str]) -> Props:
        """The inputs with what is to be ignored as it is recorded, so that neither plan nor update touches it."""
        ignored = list(ignored)
        if not ignored:
            return props
        had = block_to_pulumi(node.body, prior, inputs_only=True)
        out = dict(props)
        for path in ignored:
            paths.restore(out, had, path)
        return out

    @staticmethod
    def plan(terraform: Terraform, target: Target, was: Recorded | None, config: Props, warn: Warn) -> Plan:
        """Ask the provider for a plan of creation or update."""
        node = target.node
        prior = was.state if was else None
        wanted = proposed.proposed_resource(node.body, prior.values if prior else None, config)
        return terraform.plan(node.type, prior, wanted, config, warn)

    # ------------------------------------------------------------ Diff

    def diff(self, target: Target, olds: Props, news: Props, ignored: list[str]) -> Difference:
        """What an update from the recorded state to these inputs would change."""
        node = target.node
        was = recorded(reveal_all(olds))
        if was is None:
            return Difference({}, known=False)
        plain = reveal_all(news)
        region = self.pool.region_of(plain.get("region"))
        if node.regional and plain.get("region") is not UNKNOWN and region != was.region:
            return Difference({"region": Change.UPDATE}, frozenset({"region"}), names.has_fixed_name(node, plain, olds))
        config = self.config(node, self.keep(node, plain, was.state.values, ignored))
        plan = self.plan(self.pool.terraform(was.region), target, was, config, self.warner(target, olds, news))
        planned = dict(plan.values or {})
        if "timeouts" in was.state.values:  # how long to wait is not part of the resource
            planned["timeouts"] = was.state.values["timeouts"]
        return self._difference(target, was.state.values, planned, plan, plain, reveal_all(olds), ignored)

    def _difference(
        self, target: Target, prior: Props, planned: Props, plan: Plan, news: Props, olds: Props, ignored: list[str]
    ) -> Difference:
        body, open_inputs = target.node.body, set(target.node.inputs) - news.keys()
        before, after = compare.normalise(body, prior), compare.normalise(body, planned)
        replaces = {
            paths.top(paths.from_terraform(body, steps[:1]))
            for steps in plan.replace
            if compare.differs_at(before, after, steps)
        }
        shown = block_to_pulumi(body, after)
        changes = compare.changes(block_to_pulumi(body, before), shown)
        changes = {
            path: change
            for path, change in changes.items()
            if not any(paths.covers(pattern, path) for pattern in ignored)
            # An input that nobody gives and the provider may compute: each plan asks for it again, and it never comes.
            and not (change is Change.ADD and path in open_inputs and has_unknown(shown[path]))
        }
        replaces -= set(ignored)
        changes = self._consequential(target.node, changes, replaces)
        self.reporter.debug(f"diff {target.urn}: {changes} replaces {sorted(replaces)}")
        return Difference(
            changes,
            frozenset(replaces) if changes else frozenset(),
            delete_first=names.has_fixed_name(target.node, news, olds),
        )

    @staticmethod
    def _consequential(node: Node, changes: dict[str, Change], replaces: set[str]) -> dict[str, Change]:
        """Without what merely follows from other changes: outputs that will be known afterwards."""
        settable = set(node.inputs) | {"region"} | replaces
        causes = {path: change for path, change in changes.items() if paths.top(path) in settable}
        return causes or changes
