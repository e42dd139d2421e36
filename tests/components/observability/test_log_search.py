"""The life of logs, and the function that tells it to the domain (OBS-4)."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from components.identity.roles import Scope
from components.observability.log_life import index_template, life_policy
from components.observability.log_search import access_policy, zones
from components.observability.log_search_setup import setup_log_search
from components.observability.log_search_setup.setup_log_search import SetupError, set_up
from contracts.settings.logs import LogSearchSettings, WarmSettings

WARM = WarmSettings(instance_type="ultrawarm1.medium.search", nodes=2, cold=True)
ACTIONS = {"warm_migration", "read_only", "force_merge", "delete"}
"""https://docs.opensearch.org/latest/im-plugin/ism/policies/#ism-supported-operations, and AWS's own for UltraWarm."""


def settings(**changes: Any) -> LogSearchSettings:
    values: dict[str, Any] = {
        "instance_type": "m7g.large.search",
        "instances": 3,
        "volume_gib": 100,
        "masters": "m7g.medium.search",
        "warm": WARM,
        "hot_days": 30,
        "warm_days": 365,
        "off_peak_hour": 4,
    }
    return LogSearchSettings(**(values | changes))


def life(policy: dict[str, Any], age: int) -> tuple[str, list[str]]:
    """State of an index of so many days, and every action that was done to it: what ISM does day after day."""
    states = {state["name"]: state for state in policy["states"]}
    now, done = policy["default_state"], list[str]()
    done += [next(iter(action)) for action in states[now]["actions"]]
    for day in range(age + 1):
        for transition in states[now]["transitions"]:
            if day >= int(transition["conditions"]["min_index_age"].removesuffix("d")):
                now = transition["state_name"]
                done += [next(iter(action)) for action in states[now]["actions"]]
                break
    return now, done


@pytest.mark.parametrize(
    ("age", "state", "done"),
    [
        (0, "hot", []),
        (29, "hot", []),
        (30, "warm", ["warm_migration"]),
        (394, "warm", ["warm_migration"]),
        (395, "deleted", ["warm_migration", "delete"]),
    ],
)
def test_index_is_hot_thirty_days_and_warm_a_year_when_it_ages(age: int, state: str, done: list[str]) -> None:
    assert life(life_policy(settings()), age) == (state, done)


def test_index_is_merged_and_read_only_when_there_are_no_warm_nodes() -> None:
    assert life(life_policy(settings(warm=None)), 200) == ("warm", ["read_only", "force_merge"])


@pytest.mark.parametrize("warm", [WARM, None])
def test_policy_is_one_that_opensearch_takes(warm: WarmSettings | None) -> None:
    policy = life_policy(settings(warm=warm))
    names = [state["name"] for state in policy["states"]]
    assert len(set(names)) == len(names)
    assert policy["default_state"] in names
    for state in policy["states"]:
        assert set(state) == {"name", "actions", "transitions"}
        for action in state["actions"]:
            assert len(set(action) & ACTIONS) == 1
            assert set(action) <= ACTIONS | {"retry", "timeout"}
            assert action["retry"]["count"] > 0
        for transition in state["transitions"]:
            assert transition["state_name"] in names
            assert set(transition["conditions"]) == {"min_index_age"}
    assert policy["ism_template"] == [{"index_patterns": ["logs-*"], "priority": 100}]


def test_index_has_a_copy_only_where_there_is_a_second_node() -> None:
    assert index_template(settings())["template"]["settings"]["number_of_replicas"] == 1
    assert index_template(settings(instances=1))["template"]["settings"]["number_of_replicas"] == 0
    assert [zones(settings(instances=n), 3) for n in (1, 2, 3, 9)] == [1, 2, 3, 3]


def test_only_identities_of_the_account_may_send_requests() -> None:
    [statement] = access_policy(Scope(environment="test", region="us-west-2", account_id="1" * 12), "logs")["Statement"]
    assert statement["Principal"] == {"AWS": "arn:aws:iam::111111111111:root"}
    assert statement["Resource"] == "arn:aws:es:us-west-2:111111111111:domain/logs/*"
    assert all(action.startswith("es:ESHttp") for action in statement["Action"])


class OpenSearch:
    """What the domain does with these requests: revisions of the policy as the ISM API has them."""

    def __init__(self) -> None:
        self.policy: dict[str, Any] | None = None
        self.revision, self.others, self.calls = 0, dict[str, Any](), list[tuple[str, str]]()

    def __call__(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        self.calls.append((method, path.partition("?")[0]))
        if path.startswith("_plugins/_ism/policies/"):
            return self._ism(method, path.partition("?")[2], body)
        if method == "POST":
            return (200, {"updated_indices": 0}) if self.others else (404, {"error": "no such index"})
        self.others[path] = body
        return 200, {"acknowledged": True}

    def _ism(self, method: str, query: str, body: Any) -> tuple[int, Any]:
        current = f"if_seq_no={self.revision}&if_primary_term=1"
        if method == "GET":
            if self.policy is None:
                return 404, {"error": "Policy not found"}
            known = {**self.policy, "policy_id": "atoll-logs", "last_updated_time": 1, "schema_version": 21}
            return 200, {"_seq_no": self.revision, "_primary_term": 1, "policy": known}
        if self.policy is not None and query != current:
            return 409, {"error": "version_conflict_engine_exception"}
        self.policy, self.revision = body["policy"], self.revision + 1
        return 201 if self.revision == 1 else 200, {}


def wanted(**changes: Any) -> dict[str, Any]:
    given = settings(**changes)
    return {
        "policy": life_policy(given),
        "template": index_template(given),
        "writers": ["arn:writer"],
        "readers": ["arn:b", "arn:a"],
    }


def test_domain_is_set_up_once_and_only_changes_are_told_later() -> None:
    domain = OpenSearch()
    assert set_up(domain, wanted())[0] == "policy made"
    assert set_up(domain, wanted())[0] == "policy kept"
    assert set_up(domain, wanted(hot_days=20))[0] == "policy changed"
    assert domain.revision == 2
    assert life(domain.policy or {}, 20)[0] == "warm"


def test_writers_write_and_readers_read_when_the_domain_is_set_up() -> None:
    domain = OpenSearch()
    set_up(domain, wanted())
    security = "_plugins/_security/api"
    assert domain.others[f"{security}/rolesmapping/atoll_log_writer"] == {"backend_roles": ["arn:writer"]}
    assert domain.others[f"{security}/rolesmapping/atoll_log_reader"] == {"backend_roles": ["arn:a", "arn:b"]}
    [reading] = domain.others[f"{security}/roles/atoll_log_reader"]["index_permissions"]
    assert reading == {"index_patterns": ["logs-*"], "allowed_actions": ["read", "search"]}


def test_set_up_says_what_the_domain_answered_when_it_refuses() -> None:
    def refusing(method: str, path: str, body: Any = None) -> tuple[int, Any]:
        return 403, {"error": "no permissions"}

    with pytest.raises(SetupError, match=r"GET _plugins/_ism/policies/atoll-logs: 403 .*no permissions"):
        set_up(refusing, wanted())


def test_nothing_is_asked_when_the_resource_is_deleted() -> None:
    assert setup_log_search.handler({"tf": {"action": "delete"}}, None) == {"done": []}


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[OpenSearch, str, list[str]]]:
    domain, signatures = OpenSearch(), list[str]()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            signatures.append(self.headers["Authorization"])
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, told = domain(self.command, self.path[1:], json.loads(body) if body else None)
            content = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_PUT = do_POST = answer  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_REGION", "us-west-2")
    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield domain, f"http://127.0.0.1:{server.server_port}", signatures
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.embedded
def test_every_request_is_signed_when_the_function_runs(served: tuple[OpenSearch, str, list[str]]) -> None:
    domain, endpoint, signatures = served
    done = setup_log_search.handler({"endpoint": endpoint, **wanted()}, None)["done"]
    assert done == ["policy made", "role atoll_log_writer", "role atoll_log_reader", "indexes adopted"]
    assert len(signatures) == len(domain.calls)
    assert all("/us-west-2/es/aws4_request" in signature for signature in signatures)
