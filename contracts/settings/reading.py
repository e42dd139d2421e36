"""Reads settings from a stack file or from the engine's configuration; every problem is found before any is told."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeAlias, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from contracts.plain_secrets import looks_secret, names_a_secret
from contracts.settings import translate
from contracts.settings.base import Layer
from contracts.settings.errors import Path, Problem, SettingsError, shown, yaml_path
from contracts.settings.global_stack import GlobalStackSettings
from contracts.settings.kind import near
from contracts.settings.kubernetes_stack import KubernetesStackSettings
from contracts.settings.rules import findings
from contracts.settings.service import ServiceStackSettings
from contracts.settings.stack import StackSettings, with_zone_names

if TYPE_CHECKING:
    from contracts.settings.yaml_file import Source

NAMESPACE = "atoll"
"""Project name, which begins every configuration key of ours."""
OTHER_NAMESPACES = ("aws", "eks", "kubernetes", "pulumi")
"""Namespaces of plug-ins and of the engine, which are not ours to check."""
FILE_KEYS = ("config", "encryptionsalt", "encryptedkey", "environment", "policies", "secretsprovider")
"""What Pulumi itself keeps at the top of a stack file."""
HIDDEN = "(hidden: it may be a secret)"

AnySettings: TypeAlias = StackSettings | ServiceStackSettings | KubernetesStackSettings | GlobalStackSettings
"""Settings of a stack of any layer."""
MODELS: Mapping[str, type[AnySettings]] = {
    Layer.SERVICE: ServiceStackSettings,
    Layer.KUBERNETES: KubernetesStackSettings,
    Layer.GLOBAL: GlobalStackSettings,
}
"""Layer → its settings; those of a region for any other."""
M = TypeVar("M", StackSettings, ServiceStackSettings, KubernetesStackSettings, GlobalStackSettings)


def load(path: FilePath, *, today: date | None = None) -> StackSettings:
    """Read the stack file of a region.

    Args:
        path: `Pulumi.<stack>.yaml`.
        today: day on which versions must be in support; the current one if left out.

    Raises:
        SettingsError: with everything that is wrong, each with its line.
    """
    return _load(path, today, lambda _config: StackSettings)


def load_any(path: FilePath, *, today: date | None = None) -> AnySettings:
    """Read the stack file of any layer, as `load`; `atoll:layer` says which settings it may have."""
    return cast("AnySettings", _load(path, today, _model_of))


def _load(path: FilePath, today: date | None, choose: Callable[[Mapping[str, Any]], type[M]]) -> M:
    from contracts.settings import source  # the program reads no YAML and need not import it

    read = source.read(path)
    stack = path.name.removeprefix("Pulumi.").removesuffix(".yaml")
    config: Any = read.values.get("config", {})
    model = choose(cast("dict[str, Any]", config) if isinstance(config, dict) else {})
    check = _Check(model, stack, path.name, read, today or date.today())
    for key in read.values:
        if key not in FILE_KEYS:
            fix = near(key, FILE_KEYS) or f"settings stand below config:, as {NAMESPACE}:{key}"
            check.refuse((key,), shown(read.values[key], (key,)), f"one of the keys {', '.join(FILE_KEYS)}", fix)
    if not isinstance(config, dict):
        check.refuse(("config",), shown(config), "a mapping of atoll:… keys", "write the settings below config:")
        config = {}
    return check.settings(cast("dict[str, Any]", config), unreadable=bool(read.problems) and not read.values)


def _model_of(config: Mapping[str, Any]) -> type[Any]:
    """The settings that a stack's layer has; those of a region where the layer is missing or wrong."""
    layer = config.get(f"{NAMESPACE}:layer")
    return MODELS.get(layer, StackSettings) if isinstance(layer, str) else StackSettings


def parse(
    config: Mapping[str, str], *, stack: str, secret_keys: Collection[str] = (), today: date | None = None
) -> StackSettings:
    """Read the configuration that the engine hands to the program of a region.

    Args:
        config: `atoll:network` → JSON text, or plain text for a text.
        stack: name of the stack, with or without its organization and project.
        secret_keys: keys whose values the engine decrypted.
        today: day on which versions must be in support; the current one if left out.

    Raises:
        SettingsError: with everything that is wrong.
    """
    return _parse(StackSettings, config, stack, secret_keys, today)


def parse_any(
    config: Mapping[str, str], *, stack: str, secret_keys: Collection[str] = (), today: date | None = None
) -> AnySettings:
    """Read the configuration of a stack of any layer, as `parse`."""
    return cast("AnySettings", _parse(_model_of(config), config, stack, secret_keys, today))


def _parse(
    model: type[M], config: Mapping[str, str], stack: str, secret_keys: Collection[str], today: date | None
) -> M:
    sealed = frozenset[Path]((key,) for key in secret_keys)
    check = _Check(model, stack.split("/")[-1], None, None, today or date.today(), sealed)
    return check.settings({key: _decoded(key, text, check) for key, text in config.items()})


def _decoded(key: str, text: str, check: _Check[M]) -> Any:
    """A value as YAML would have given it; text that is no JSON stays text, and validation says what is wanted."""
    namespace, _, name = key.partition(":")
    field_of = check.model.model_fields.get(name)
    if namespace != NAMESPACE or (field_of is not None and translate.wants_text(field_of.annotation)):
        return text

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        for index, (inner, _) in enumerate(pairs):
            if inner in [earlier for earlier, _ in pairs[:index]]:
                check.refuse((key, inner), "the key again", "each key once", "remove one of the two")
        return dict(pairs)

    try:
        return json.loads(text, object_pairs_hook=once)
    except (ValueError, RecursionError):
        return text


@dataclass
class _Check(Generic[M]):
    """One run over one stack's configuration."""

    model: type[M]
    stack: str
    file: str | None
    read: Source | None
    today: date
    sealed: frozenset[Path] = frozenset()
    problems: list[Problem] = field(default_factory=list[Problem])
    exposed: set[Path] = field(default_factory=set[Path])

    def __post_init__(self) -> None:
        if self.read is not None:
            self.sealed = frozenset(self.read.sealed)
            self.problems += self.read.problems

    def refuse(self, path: Path, found: str, allowed: str, fix: str) -> None:
        """Note a problem; `path` begins with the configuration key."""
        line = self.read.line(path) if self.read is not None else None
        self.problems.append(Problem(self.file, line, yaml_path(path), found, allowed, fix))

    def settings(self, config: Mapping[str, Any], *, unreadable: bool = False) -> M:
        """The settings, or every problem."""
        if not unreadable:
            raw = self._ours(config)
            self._plain_secrets((), config)
            sections = self._sections(with_zone_names(raw))
            self._rules({**self._left_out(raw), **sections})
            if not self.problems:
                return self.model.model_validate(sections, context={"today": self.today})
        raise SettingsError(self.file or f"stack {self.stack}", self.problems)

    def _ours(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """Settings by field name; keys that are nobody's are refused."""
        fields = self.model.model_fields
        ours: dict[str, Any] = {}
        for key, value in config.items():
            namespace, colon, name = key.partition(":")
            if namespace == NAMESPACE and name in fields:
                ours[name] = value
            elif not colon or namespace not in OTHER_NAMESPACES:
                known = [f"{NAMESPACE}:{field_name}" for field_name in fields]
                guess = near(key if colon else f"{NAMESPACE}:{key}", known)
                allowed = f"one of the keys {', '.join(known)}, or a key of {', '.join(OTHER_NAMESPACES)}"
                self.refuse((key,), shown(value, (key,)), allowed, guess or "remove it: no setting has this name")
        for name, info in fields.items():
            if name not in ours and info.is_required():
                wanted = translate.description(self.model, (name,)) or "a value"
                self.refuse((f"{NAMESPACE}:{name}",), "nothing", wanted, f"add {NAMESPACE}:{name}: below config:")
        return ours

    def _sections(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """The sections that are valid by themselves."""
        valid: dict[str, Any] = {}
        for name, value in raw.items():
            annotation = _annotation(self.model, name)
            try:
                # The engine sorts the keys of what it hands to the program: read from the file, the order is the same.
                valid[name] = TypeAdapter(annotation).validate_json(json.dumps(value, sort_keys=True), strict=True)
            except ValidationError as error:
                for refusal in translate.refusals(error.errors(include_url=False), name, annotation):
                    path = (f"{NAMESPACE}:{name}", *refusal.path[1:])
                    if path in self.exposed:
                        continue  # a secret in clear is said once
                    found = HIDDEN if self._is_sealed(path) else refusal.found
                    self.refuse(path, found, refusal.allowed, refusal.fix)
            except (ValueError, RecursionError):
                self.refuse(
                    (f"{NAMESPACE}:{name}",),
                    "nested too deeply, or no valid text",
                    "plain values",
                    "write it out by hand",
                )
        return valid

    def _left_out(self, raw: Mapping[str, Any]) -> dict[str, None]:
        """The sections that the stack does without."""
        fields = self.model.model_fields.items()
        return {name: None for name, info in fields if name not in raw and info.default is None}

    def _rules(self, sections: Mapping[str, Any]) -> None:
        for finding in findings({**sections, "stack": self.stack, "today": self.today}):
            path = (f"{NAMESPACE}:{finding.path[0]}", *finding.path[1:])
            self.refuse(path, shown(finding.value, path), finding.allowed, finding.fix)

    def _is_sealed(self, path: Path) -> bool:
        return any(path[:end] in self.sealed for end in range(1, len(path) + 1))

    def _plain_secrets(self, path: Path, value: Any) -> None:
        """Refuse secrets in clear, and encrypted values where the program wants to read a plain one."""
        if self._is_sealed(path):
            namespace, _, name = str(path[0]).partition(":")
            inner = (name, *path[1:])
            if namespace == NAMESPACE and not translate.is_secret(self.model, inner):
                self.refuse(
                    path, "an encrypted value", "a plain value: this setting is no secret", "write the value in clear"
                )
            return
        for inner, item in _items(value):
            self._plain_secrets((*path, inner), item)
        if isinstance(value, str) and value and self._is_secret(path, value):
            self.exposed.add(path)
            self.refuse(path, HIDDEN, *self._how_to_seal(path))

    def _how_to_seal(self, path: Path) -> tuple[str, str]:
        """What is allowed where a secret stands in clear, and what to do; most settings have no place for one."""
        replace = "replace the secret, since it has been in a file in clear"
        namespace, _, name = str(path[0]).partition(":")
        if namespace == NAMESPACE and not translate.is_secret(self.model, (name, *path[1:])):
            return "no secret: the platform keeps them in Secrets Manager", f"remove it, and {replace}"
        return (
            "an encrypted value (secure: …)",
            f"pulumi config set --secret --path '{yaml_path(path)}'; then {replace}",
        )

    def _is_secret(self, path: Path, value: str) -> bool:
        names = [part for part in path if isinstance(part, str)]
        named = bool(names) and len(path) > 1 and names_a_secret(names[-1])
        named = named or (len(path) == 1 and names_a_secret(str(path[0]).partition(":")[2]))
        return named or looks_secret(value)


def _annotation(model: type[Any], name: str) -> Any:
    """Type of a section with its kinds."""
    info = model.model_fields[name]
    return info.annotation if not info.metadata else _annotated(info.annotation, tuple(info.metadata))


def _annotated(annotation: Any, metadata: tuple[Any, ...]) -> Any:
    for item in metadata:
        annotation = Annotated[annotation, item]
    return annotation


def _items(value: Any) -> Iterator[tuple[str | int, Any]]:
    if isinstance(value, dict):
        yield from value.items()  # pyright: ignore[reportUnknownMemberType]
    elif isinstance(value, list):
        yield from enumerate(value)  # pyright: ignore[reportUnknownArgumentType]
