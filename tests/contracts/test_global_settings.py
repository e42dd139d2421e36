"""Settings of the global stack: what its parts need of one another and of the recovery targets, in the exact words."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.field_docs import field_docs
from contracts.outputs.world import WorldOutputs
from contracts.settings import GlobalStackSettings, SettingsError, load_any
from contracts.settings.connectivity import Segment

PROJECT = Path(__file__).parents[2]
FILE = PROJECT / "Pulumi.global.yaml"
WHOLE: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))["config"]
VALUES = {key: value for key, value in WHOLE.items() if key != "atoll:recovery_plans"}


def written(folder: Path, **changes: Any) -> Path:
    """The stack file with `section__part__part` set, or left out where the value is None."""
    values = copy.deepcopy(VALUES)
    for key, value in changes.items():
        section, *parts = key.split("__")
        holder, last = values, f"atoll:{section}"
        for part in parts:
            holder, last = holder[last], part
        if value is None:
            del holder[last]
        else:
            holder[last] = value
    path = folder / FILE.name
    path.write_text(yaml.safe_dump({"config": values}), encoding="utf-8")
    return path


def problems(folder: Path, **changes: Any) -> list[tuple[str, str, str]]:
    with pytest.raises(SettingsError) as caught:
        load_any(written(folder, **changes))
    return [(each.path, each.allowed, each.fix) for each in caught.value.problems]


def loaded(path: Path) -> GlobalStackSettings:
    settings = load_any(path)
    assert isinstance(settings, GlobalStackSettings)
    return settings


def test_file_of_the_stack_meets_the_target_of_dns_when_read() -> None:
    settings = loaded(FILE)
    assert settings.primary == "prod"
    assert {name: share.weight_percent for name, share in settings.regions.items()} == {"prod": 70, "prod-west": 30}
    assert settings.recovery.dns_rto is not None
    assert settings.dns.change_seconds == 20 < settings.recovery.dns_rto.seconds == 30
    assert settings.cdn is not None
    assert settings.cdn.failover_seconds == 2
    assert settings.peering is not None
    assert settings.peering.known_to == (Segment.WORKLOAD, Segment.SHARED, Segment.EGRESS)


def test_target_of_dns_is_refused_when_the_checks_cannot_meet_it(tmp_path: Path) -> None:
    assert problems(tmp_path, dns__health__threshold=3) == [
        (
            "atoll:dns.ttl_seconds",
            "interval x threshold + ttl of at most 30 s (recovery.dns_rto)",
            "10 s x 3 + 10 s = 40 s: check every 10 s with threshold 1 and a ttl of at most 20 s, or add accelerator, "
            "which needs no DNS to fail over",
        )
    ]


def test_slow_checks_are_fine_when_an_accelerator_leads(tmp_path: Path) -> None:
    fast = {"health_interval_seconds": 10, "health_threshold": 1}
    assert loaded(written(tmp_path, dns__health__threshold=3, accelerator=fast)).accelerator is not None


def test_slow_checks_are_fine_when_nothing_is_asked_of_dns(tmp_path: Path) -> None:
    assert loaded(written(tmp_path, dns__health__threshold=3, recovery={})).dns.change_seconds == 40


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"region": "us-west-2"},
            (
                "atoll:region",
                "us-east-1, where AWS keeps the certificates of CloudFront, DNSSEC keys and the like",
                "write us-east-1; the region stacks are where they are",
            ),
        ),
        (
            {"regions__prod__weight_percent": 80},
            ("atoll:regions", "weights that sum to 100", "80 + 30 = 110; change one of them"),
        ),
        (
            {"regions__prod-west__region": "us-east-1"},
            (
                "atoll:regions.prod-west.region",
                "another region than that of prod",
                "two stacks in one region are lost together: name where the stack really is",
            ),
        ),
        (
            {"regions__prod__region": "us-east-2"},
            (
                "atoll:regions",
                "one of them in us-east-1",
                "the keys, topics and log buckets of what has no region are those of the stack there",
            ),
        ),
        (
            {"regions__prod-west__blocks": ["prod"]},
            (
                "atoll:regions.prod-west.blocks[0]",
                "a block apart from those of prod",
                "a route leads one way: remove it in one of the two regions",
            ),
        ),
        (
            {"dns__health__regions": ["us-east-1", "us-west-2"]},
            (
                "atoll:dns.health.regions",
                "at least 3 regions",
                "one region's view of the internet must not move all traffic: name more",
            ),
        ),
        (
            {"dns__health__interval_seconds": 20},
            (
                "atoll:dns.health.interval_seconds",
                "seconds between two requests of one checker: 10, 30",
                "the nearest is 10; use one of these",
            ),
        ),
        (
            {"dns__zone_id": "Z0123456789ABCDEFGHIJ"},
            (
                "atoll:dns.dnssec",
                "false where zone_id names a zone that is there already",
                "sign the zone where it was made, or leave zone_id out",
            ),
        ),
        (
            {"dns__policy": "nearest"},
            ("atoll:dns.policy", "weighted, latency, failover", "use one of these"),
        ),
        (
            {"cdn__domain": "www.other.example"},
            (
                "atoll:cdn.domain",
                "atoll.example, or a name directly within it, for which the certificate is issued",
                "correct one of the two names",
            ),
        ),
        (
            {"cdn__domain": "api.atoll.example"},
            (
                "atoll:cdn.domain",
                "another name than api.atoll.example, which leads to the regions",
                "CloudFront would ask itself: give viewers the zone's own name, or rename dns.record",
            ),
        ),
        (
            {"cdn": None, "shield": None},
            (
                "atoll:firewall",
                "no firewall where there is no cdn",
                "add cdn, or leave firewall out: each region's load balancer has a web ACL of its own",
            ),
        ),
        (
            {"firewall": None},
            (
                "atoll:firewall",
                "a firewall where there is cdn",
                "add firewall: what is served to the world is filtered before it reaches a region",
            ),
        ),
        (
            {"cdn": None, "firewall": None},
            (
                "atoll:shield",
                "no shield where there is neither cdn nor accelerator",
                "add one of them, or leave shield out: each region protects its load balancer itself (edge.shield)",
            ),
        ),
        (
            {"cdn": None, "firewall": None, "accelerator": {"health_interval_seconds": 10, "health_threshold": 1}},
            (
                "atoll:shield.automatic_response",
                "false where there is no cdn",
                "Shield adds rules to web ACLs alone: write false",
            ),
        ),
        (
            {"replication__buckets": []},
            (
                "atoll:replication.buckets",
                "at least one of assets, uploads, backups",
                "name a bucket, or leave replication out",
            ),
        ),
        (
            {"peering": {"known_to": []}},
            (
                "atoll:peering.known_to",
                "at least one segment, such as workload",
                "name a segment, or leave peering out",
            ),
        ),
    ],
)
def test_settings_are_refused_in_these_words(
    tmp_path: Path, changes: dict[str, Any], expected: tuple[str, str, str]
) -> None:
    assert problems(tmp_path, **changes) == [expected]


def test_stack_of_another_environment_is_refused_when_named(tmp_path: Path) -> None:
    regions = {
        "prod": {"region": "us-east-1", "weight_percent": 70},
        "staging": {"region": "us-west-2", "weight_percent": 30},
    }
    assert problems(tmp_path, regions=regions) == [
        (
            "atoll:regions.staging",
            "prod, or a stack whose name begins with prod-",
            "it belongs to another environment than prod",
        )
    ]


def test_stack_without_a_block_is_refused_when_named(tmp_path: Path) -> None:
    regions = {
        "prod": {"region": "us-east-1", "weight_percent": 70},
        "prod-vest": {"region": "us-west-2", "weight_percent": 30},
    }
    ((path, allowed, fix),) = problems(tmp_path, regions=regions)
    assert path == "atoll:regions.prod-vest"
    assert "prod-west" in allowed
    assert fix == "did you mean prod-west?"


def test_one_region_alone_is_refused(tmp_path: Path) -> None:
    regions = {"prod": {"region": "us-east-1", "weight_percent": 100}}
    assert problems(tmp_path, regions=regions) == [
        ("atoll:regions", "2 region stacks", "name the two of the environment")
    ]


def test_first_region_is_the_primary_when_shares_are_equal(tmp_path: Path) -> None:
    changes = {"regions__prod__weight_percent": 50, "regions__prod-west__weight_percent": 50}
    assert loaded(written(tmp_path, **changes)).primary == "prod"


def test_every_output_says_what_it_is() -> None:
    assert set(WorldOutputs.model_fields) - set(field_docs(WorldOutputs)) == set()
