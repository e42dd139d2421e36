"""The whole reference: every page by its name, from the code alone."""

from __future__ import annotations

from pathlib import Path

from console.docs import component_pages, settings_pages, stack_pages
from console.docs.component_pages import Known, area_words, areas, path_of
from console.docs.markdown import head, link, page, table


def pages(root: Path) -> dict[str, str]:
    """Name of a page below docs/reference → its text.

    Args:
        root: the project, whose stack files are recorded.
    """
    found = {"README.md": _index(), **settings_pages.pages(), **stack_pages.pages()}
    found |= component_pages.pages(Known.of(root))
    return dict(sorted(found.items()))


def _index() -> str:
    listed = (
        (
            link(name, f"components/{name}/README.md"),
            area_words(name),
            ", ".join(link(cls.__name__, f"components/{path_of(cls)}") for cls in some),
        )
        for name, some in areas().items()
    )
    lines = [
        *head("Reference"),
        "* [Settings](settings/README.md): what a stack file can say, by section, with defaults and costs",
        "* [Service contract](contract/README.md): what `contract.yaml` can say",
        "* [Stacks](stacks.md): the layers, and which components each is composed of",
        "* [Outputs](outputs.md): what stacks export",
        "* [Controls](../controls.md): what must be true of every resource",
        "",
        "## Components",
        "",
        "A component's page tells what it makes, counted in recorded stacks, what it costs to run, its arguments and",
        "settings with their defaults, its outputs, what it does not do, and the controls that watch its resources.",
        "Where a table says nothing of an argument or output, the name says it all.",
        "",
        *table(("area", "what is in it", "components"), listed),
    ]
    return page(lines)
