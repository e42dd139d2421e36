"""Find the user pool of a call that nobody signed."""

from __future__ import annotations

from typing import Any

from embedded.emulators.ministack_shims import part

REASON = (
    "SignUp, InitiateAuth and whatever takes a token are not signed, so nothing but the client, the token or the "
    "session says whose pool is meant. MiniStack looks in its default account alone, where no pool of a stack is."
)
responses, cognito = part("core.responses"), part("services.cognito")


def pool_of(data: dict[str, Any]) -> str | None:
    """The id of the pool that a call speaks of, whoever owns it."""
    sessions = {key[-1]: session for key, session in cognito._challenge_sessions._data.items()}
    session = sessions.get(data.get("Session", ""))
    if session:
        return session.get("pool_id")
    for member in ("AccessToken", "RefreshToken", "Token"):
        token = data.get(member, "")
        refreshed: dict[str, Any] = cognito._refresh_tokens.get(token) or {}
        pool: Any = token and (cognito._pool_id_from_token(token) or refreshed.get("pool_id"))
        if pool:
            return pool
    client = data.get("ClientId")
    return data.get("UserPoolId") or (cognito._find_pool_by_client_id(client)[0] if client else None)


def apply() -> None:
    """Act in the account and region that own the pool."""
    pin = cognito._pin_unsigned_idp_scope

    def pinned(data: dict[str, Any]) -> None:
        wanted = pool_of(data)
        for (account, region, pool), _ in cognito._user_pools.all_items():
            if pool == wanted:
                responses.set_request_account_id(account)
                responses.set_request_region(region)
                return
        pin(data)

    cognito._pin_unsigned_idp_scope = pinned
