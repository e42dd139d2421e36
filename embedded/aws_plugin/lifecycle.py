"""Create, Read, Update and Delete of resources."""

from __future__ import annotations

from dataclasses import dataclass, replace

from embedded.aws_plugin import compare, creations
from embedded.aws_plugin.creations import Step
from embedded.aws_plugin.errors import PluginError, Problem, ShapeError, TerraformError
from embedded.aws_plugin.names import DEFAULTS_KEY
from embedded.aws_plugin.resources import Resources, Target
from embedded.aws_plugin.secrecy import mark
from embedded.aws_plugin.shapes import block_to_pulumi
from embedded.aws_plugin.state import STATE_KEY, Recorded, identity, outputs, recorded
from embedded.aws_plugin.terraform import Applied, Plan, State, Terraform, Warn
from embedded.aws_plugin.values import Props, Value, as_dict, reveal_all


@dataclass(frozen=True, slots=True)
class Made:
    """A resource after an operation. With problems it exists, but not as it was asked for."""

    id: str
    properties: Props
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A resource as it is now."""

    id: str
    properties: Props
    inputs: Props


class Lifecycle(Resources):
    """What changes the cloud. `seconds`: how long the operation may take, 0 for the provider's default."""

    def create(self, target: Target, properties: Props, seconds: float, preview: bool) -> Made:
        """Make it; in a preview say what would be made, with unknowns.

        The start is noted before anything else: a creation without a note was never begun.
        """
        if preview:
            return self._create(target, properties, seconds, preview)
        creations.note(target.urn, Step.STARTED)
        try:
            made = self._create(target, properties, seconds, preview)
        except (ShapeError, TerraformError):  # refused; whatever else breaks here leaves it open what became of it
            creations.note(target.urn, Step.FAILED)
            raise
        creations.note(target.urn, Step.FINISHED, made.id)
        return made

    def _create(self, target: Target, properties: Props, seconds: float, preview: bool) -> Made:
        node, plain = target.node, reveal_all(properties)
        region = self.pool.region_of(plain.get("region"))
        config = self.config(node, plain, "create", seconds)
        terraform, warn = self.pool.terraform(region), self.warner(target, properties)
        plan = self.plan(terraform, target, None, config, warn)
        if preview:
            return Made("", outputs(node, State(plan.values or {}), properties, region, preview=True))
        applied = terraform.apply(node.type, None, plan, config, warn)
        return self._made(target, self._as_it_is(terraform, target, applied, warn), properties, region)

    def update(
        self, target: Target, olds: Props, news: Props, ignored: list[str], seconds: float, preview: bool
    ) -> Made:
        """Change it in place."""
        node, plain = target.node, reveal_all(news)
        was = self._recorded(target, olds)
        config = self.config(node, self.keep(node, plain, was.state.values, ignored), "update", seconds)
        terraform, warn = self.pool.terraform(was.region), self.warner(target, olds, news)
        plan = self.plan(terraform, target, was, config, warn)
        if preview:
            return Made("", outputs(node, State(plan.values or {}), news, was.region, preview=True))
        applied = terraform.apply(node.type, was.state, plan, config, warn)
        return self._made(target, self._as_it_is(terraform, target, applied, warn), news, was.region)

    def delete(self, target: Target, properties: Props, seconds: float) -> None:
        """End it."""
        node, was = target.node, self._recorded(target, properties)
        state = was.state
        if seconds and "delete" in node.timeouts:
            allowed: dict[str, Value] = dict.fromkeys(node.timeouts)
            allowed |= as_dict(state.values.get("timeouts")) | {"delete": f"{seconds:g}s"}
            state = replace(state, values={**state.values, "timeouts": allowed})
        terraform, warn = self.pool.terraform(was.region), self.warner(target, properties)
        plan = terraform.plan(node.type, state, None, None, warn)
        plan = Plan(None, plan.private or state.private, ())
        applied = terraform.apply(node.type, state, plan, None, warn)
        if applied.problems:
            raise TerraformError(list(applied.problems))

    def read(self, target: Target, identifier: str, properties: Props, inputs: Props) -> Found | None:
        """As it is now; None if it is gone.

        Without recorded state it is found by its id and the inputs it was made with, or imported by its id alone:
        not every type is imported by what Pulumi calls its id.
        """
        node, warn = target.node, self.warner(target, properties, inputs)
        plain = reveal_all(properties)
        was = recorded(plain)
        region = was.region if was else self.pool.region_of(plain.get("region") or reveal_all(inputs).get("region"))
        terraform = self.pool.terraform(region)
        prior = was.state if was else self._from_inputs(terraform, target, identifier, reveal_all(inputs), warn)
        prior = prior or terraform.import_state(node.type, identifier, warn)
        now = terraform.read(node.type, prior, warn) if prior else None
        if prior is None or now is None:
            return None
        known = self._refreshed(target, prior.values, now.values, inputs) if was or inputs else None
        if known is None:
            known = self._imported(target, now.values, region)
        kept = {key: value for key, value in properties.items() if key != STATE_KEY} if was else {}
        return Found(identity(now.values), outputs(node, now, {**kept, **known}, region), known)

    # ------------------------------------------------------------ parts

    def _recorded(self, target: Target, properties: Props) -> Recorded:
        was = recorded(reveal_all(properties))
        if was is None:
            raise PluginError(
                f"{target.name} was not made by this stand-in: its state has nothing for Terraform. "
                f"Run `pulumi refresh --target '{target.urn}'` first."
            )
        return was

    @staticmethod
    def _as_it_is(terraform: Terraform, target: Target, applied: Applied, warn: Warn) -> Applied:
        """After a failure, the resource as it really is.

        The provider records what it was asked for even where it got no further (Terraform replaces such a resource).
        Once it is read again, the next update finishes exactly what is missing.
        """
        if applied.state is None or not applied.problems:
            return applied
        try:
            return replace(applied, state=terraform.read(target.node.type, applied.state, warn))
        except PluginError:  # whatever broke the operation may break reading, too
            return applied

    @staticmethod
    def _made(target: Target, applied: Applied, inputs: Props, region: str) -> Made:
        if applied.state is None:
            raise TerraformError(list(applied.problems) or [Problem("the provider returned no state")])
        properties = outputs(target.node, applied.state, inputs, region)
        return Made(identity(applied.state.values), properties, applied.problems)

    def _from_inputs(
        self, terraform: Terraform, target: Target, identifier: str, inputs: Props, warn: Warn
    ) -> State | None:
        """The state of a resource that was made with these inputs and has this id, if the provider finds it so.

        It also keeps what only Terraform knows of a resource, such as a bucket's `forceDestroy`.
        """
        if not inputs or not target.node.has_id:
            return None
        state = State({**self.config(target.node, inputs), "id": identifier}, b"")
        try:
            found = terraform.read(target.node.type, state, warn)
        except PluginError:  # it needs more than that, and says so of an import, too
            return None
        return state if found else None

    def _imported(self, target: Target, values: Props, region: str) -> Props:
        """Inputs that a program would have given for this: what can be set and says something."""
        node = target.node
        found = block_to_pulumi(node.body, values, secrets=True, inputs_only=True)
        inputs: Props = {
            key: value
            for key, value in found.items()
            if key != "tagsAll" and not compare.is_empty(value) and (not node.inputs or key in node.inputs)
        }
        if node.regional and region != self.pool.region:
            inputs["region"] = region
        inputs[DEFAULTS_KEY] = []
        return inputs

    @staticmethod
    def _refreshed(target: Target, prior: Props, now: Props, inputs: Props) -> Props:
        """The recorded inputs with what has changed outside; secrets stay secret."""
        body = target.node.body
        before = block_to_pulumi(body, compare.normalise(body, prior))
        after = block_to_pulumi(body, compare.normalise(body, now))
        write_only = {item.pulumi for item in body.attributes.values() if item.write_only}
        plain = reveal_all(inputs)
        out: Props = {}
        for key, value in plain.items():
            if key.startswith("__") or compare.equal(before.get(key), after.get(key)):
                out[key] = value
            elif key in after:
                out[key] = compare.project(value, after[key])
            elif key in write_only:
                out[key] = value
        # wrap again what was secret, at the same property
        return mark(out, inputs)
