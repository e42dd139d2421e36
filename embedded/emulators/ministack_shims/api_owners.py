"""Find the API that is called by its address, whoever owns it."""

from __future__ import annotations

from typing import Any

from embedded.emulators.ministack_shims import part

REASON = (
    "A call to an API names the API in its host and is signed by nobody, or by a caller of another account. MiniStack "
    "looks for it among the APIs of the caller's account, its default one, and answers 404."
)


def owner(store: Any, apis: str) -> None:
    """Look through every account's APIs; their ids are unique."""

    def scope(api_id: str) -> tuple[str, str] | None:
        return next(
            ((account, region) for (account, region, known), _ in getattr(store, apis).all_items() if known == api_id),
            None,
        )

    store.find_api_scope = scope


def apply() -> None:
    """HTTP and WebSocket APIs, and REST APIs."""
    owner(part("services.apigateway"), "_apis")
    owner(part("services.apigateway_v1"), "_rest_apis")
