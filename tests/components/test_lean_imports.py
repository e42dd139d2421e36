"""Lean imports give the same objects as the SDK's own, and load less."""

import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pulumi_aws
import pytest

from components import lean_imports

SERVICES = Path(str(pulumi_aws.__file__)).parent
SERVICE = "pulumi_aws.workspacesweb"  # used by no component, so that no other test depends on how it was loaded


@pytest.fixture(autouse=True)
def fresh_service() -> Iterator[None]:
    """Import the service anew, under the lean finder, and leave everything as it was."""
    finders = list(sys.meta_path)
    sys.meta_path[:] = [finder for finder in finders if type(finder).__module__ != lean_imports.__name__]
    before = {name: sys.modules.pop(name) for name in list(sys.modules) if name.startswith(SERVICE)}
    lean_imports.install()
    yield
    sys.meta_path[:] = finders
    for name in [name for name in sys.modules if name.startswith(SERVICE)]:
        del sys.modules[name]
    sys.modules.update(before)


def loaded() -> set[str]:
    return {name.removeprefix(f"{SERVICE}.") for name in sys.modules if name.startswith(f"{SERVICE}.")}


def test_only_one_module_is_loaded_when_a_class_is_used() -> None:
    service = importlib.import_module(SERVICE)
    assert service.Portal is importlib.import_module(f"{SERVICE}.portal").Portal
    assert "portal" in loaded()
    assert loaded() <= {"portal", "_inputs", "outputs"}


def test_input_types_are_found_when_asked_of_the_service() -> None:
    service = importlib.import_module(SERVICE)
    assert service.BrowserSettingsArgs is importlib.import_module(f"{SERVICE}.browser_settings").BrowserSettingsArgs
    assert "portal" not in loaded()


def test_function_is_given_when_its_module_has_the_same_name() -> None:
    sys.modules.pop("pulumi_aws.ssoadmin", None)
    direct = importlib.import_module("pulumi_aws.ssoadmin.get_instances")
    service = importlib.import_module("pulumi_aws.ssoadmin")
    assert callable(service.get_instances)
    assert service.get_instances is direct.get_instances
    assert service.get_instances_output is direct.get_instances_output


def test_whole_service_is_loaded_when_a_name_follows_no_habit() -> None:
    service = importlib.import_module(SERVICE)
    with pytest.raises(AttributeError, match="Nonsense"):
        _ = service.Nonsense
    assert "portal" in loaded()
    assert service.Portal is sys.modules[f"{SERVICE}.portal"].Portal


def test_import_of_a_missing_module_fails_as_usual_when_lean() -> None:
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module(f"{SERVICE}.nonsense")


@pytest.mark.embedded
@pytest.mark.parametrize(
    "code",
    [
        "import pulumi_aws, sys; import components;"
        "from pulumi_aws.ecr.repository import Repository; from pulumi_aws import ecr;"
        "assert ecr.Repository is Repository; assert 'pulumi_aws.ecr.registry_policy' not in sys.modules",
        "from pulumi_aws.ecr.repository import Repository; from pulumi_aws import ecr;"
        "assert not hasattr(ecr, 'Repository'); import components; assert ecr.Repository is Repository",
    ],
    ids=["untouched", "damaged"],
)
def test_services_are_whole_when_the_sdk_was_imported_before_components(code: str) -> None:
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(lean_imports.__file__).parents[1])


def test_second_install_changes_nothing_when_lean_already() -> None:
    before = list(sys.meta_path)
    lean_imports.install()
    assert sys.meta_path == before


@pytest.mark.parametrize("service", ["ec2", "ecs", "iam", "rds", "s3", "lb", "dynamodb", "cloudwatch", "elasticache"])
def test_every_resource_is_found_by_its_name_when_the_sdk_keeps_its_habits(service: str) -> None:
    modules = {path.stem: path.read_text() for path in (SERVICES / service).glob("*.py")}
    resources = [
        (line.removeprefix("class ").partition("(")[0], module)
        for module, text in modules.items()
        for line in text.splitlines()
        if line.startswith("class ") and line.endswith("(pulumi.CustomResource):")
    ]
    assert resources
    assert [(name, module) for name, module in resources if lean_imports.modules_of(name)[0] != module] == []
