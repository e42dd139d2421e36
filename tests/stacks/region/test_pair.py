"""What the two regions of production share, resource by resource, in their offline graphs (DR-1)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pulumi
import pytest

from console.estate import EstateError, order
from contracts.settings import SettingsError, StackSettings, load, parse
from contracts.settings.pair import PairRole, PairSettings
from contracts.settings.pair_agreement import SWITCHES, disagreements
from graph.nodes import Node
from graph.record import record
from graph.values import Secret, Unknown
from policies.catalogue import controls
from policies.profiles import profile
from policies.run import run
from stacks.deploy import deploy
from tests.conftest import PROJECT
from tests.kit.plain import plain
from tests.kit.settings import stack_values, to_config
from tests.stacks.region.production import PRIMARY, SECONDARY, estate, only

EAST, WEST, ACCOUNT = "us-east-1", "us-west-2", "444444444444"
KEY, REPLICA = "aws:kms/key:Key", "aws:kms/replicaKey:ReplicaKey"
CLUSTER, CACHE = "aws:rds/cluster:Cluster", "aws:elasticache/replicationGroup:ReplicationGroup"
TABLE, TABLE_REPLICA = "aws:dynamodb/table:Table", "aws:dynamodb/tableReplica:TableReplica"
SECRET = "aws:secretsmanager/secret:Secret"


def read_of(node: Node, path: str) -> set[str]:
    """Outputs of the primary that an input of the secondary takes its value from."""
    return {one.path for one in estate().references if one.urn == node.urn and one.input.startswith(path)}


def settings_of(stack: str) -> StackSettings:
    return load(PROJECT / f"Pulumi.{stack}.yaml")


# -- keys ------------------------------------------------------------------------------------------------------


def test_each_key_has_a_replica_over_there_when_the_primary_makes_it() -> None:
    graph = estate()[PRIMARY]
    keys, replicas = graph.of_type(KEY), graph.of_type(REPLICA)

    assert {node.name.removeprefix("prod-key-") for node in keys} == {*settings_of(PRIMARY).keys.purposes}
    assert {node.name.removeprefix("prod-replica-key-") for node in replicas} == {*settings_of(SECONDARY).keys.purposes}
    for replica in replicas:
        purpose = replica.name.removeprefix("prod-replica-key-")
        [primary] = graph.references_of(replica, "primaryKeyArn")
        assert primary.urn.endswith(f"::prod-key-{purpose}")
        assert (replica.region, replica.protect) == (WEST, True)
    assert {node.region for node in keys} == {EAST}
    assert all(node.inputs["multiRegion"] is True for node in keys)


def test_replica_admits_the_services_of_its_own_region_when_it_is_made() -> None:
    policy = str(only(PRIMARY, REPLICA, "prod-replica-key-database").inputs["policy"])

    assert f"rds.{WEST}.amazonaws.com" in policy
    assert EAST not in policy


def test_secondary_makes_no_key_and_encrypts_with_the_replicas_when_it_is_recorded() -> None:
    graph = estate()[SECONDARY]

    assert graph.of_type(KEY) == graph.of_type(REPLICA) == ()
    assert read_of(only(SECONDARY, CLUSTER), "kmsKeyId") == {"pair.replica_key_arns.database"}


def test_everything_is_in_its_own_region_when_it_is_no_replica_of_a_key() -> None:
    for stack, home in ((PRIMARY, EAST), (SECONDARY, WEST)):
        elsewhere = {
            node.type
            for node in estate()[stack]
            if node.package == "aws" and not node.is_provider and node.region not in (home, None)
        }
        assert elsewhere == ({REPLICA, "aws:kms/alias:Alias"} if stack == PRIMARY else set())


# -- database --------------------------------------------------------------------------------------------------


def test_global_database_is_encrypted_and_protected_when_the_primary_makes_it() -> None:
    made = only(PRIMARY, "aws:rds/globalCluster:GlobalCluster")

    assert plain(made.inputs) == {
        "globalClusterIdentifier": "atoll-prod",
        "engine": "aurora-postgresql",
        "engineVersion": "17.6",
        "databaseName": "platform_db",
        "storageEncrypted": True,
        "deletionProtection": True,
    }
    assert made.protect


def test_first_cluster_keeps_its_own_login_when_it_is_in_a_global_database() -> None:
    cluster = only(PRIMARY, CLUSTER)

    assert "manageMasterUserPassword" not in cluster.inputs
    assert isinstance(cluster.inputs["masterPassword"], Secret)
    [kept] = dict(cluster.property_dependencies)["masterPassword"]
    assert kept.endswith("::prod-database-master-version")
    assert "replicationSourceIdentifier" in cluster.options.ignore_changes


def test_second_cluster_joins_and_has_no_login_of_its_own_when_the_secondary_makes_it() -> None:
    cluster = only(SECONDARY, CLUSTER)

    assert read_of(cluster, "globalClusterIdentifier") == {"pair.global_database_id"}
    assert not {"masterUsername", "masterPassword", "manageMasterUserPassword", "databaseName"} & cluster.inputs.keys()
    assert plain(cluster.inputs["backupRetentionPeriod"]) == 35


def test_both_regions_can_carry_everybody_when_their_sizes_are_compared() -> None:
    east, west = settings_of(PRIMARY), settings_of(SECONDARY)

    assert (east.ecs, east.kubernetes, east.tables) == (west.ecs, west.kubernetes, west.tables)
    for ours, theirs in ((east.aurora, west.aurora), (east.cache, west.cache)):
        assert ours is not None
        assert theirs is not None
        assert theirs.maintenance_window != ours.maintenance_window, "both regions would be maintained at once"
        assert theirs.model_copy(update={"maintenance_window": ours.maintenance_window}) == ours


# -- cache -----------------------------------------------------------------------------------------------------


def test_datastore_is_over_the_first_cache_when_the_primary_makes_it() -> None:
    made = only(PRIMARY, "aws:elasticache/globalReplicationGroup:GlobalReplicationGroup")

    assert made.inputs["globalReplicationGroupIdSuffix"] == "atoll-prod"
    [group] = estate()[PRIMARY].references_of(made, "primaryReplicationGroupId")
    assert group.urn.endswith("::prod-cache")
    assert made.options.ignore_changes == ("primaryReplicationGroupId",)


def test_second_cache_follows_and_has_the_same_token_when_the_secondary_makes_it() -> None:
    group = only(SECONDARY, CACHE)

    assert read_of(group, "globalReplicationGroupId") == {"pair.global_datastore_id"}
    assert not {"engine", "engineVersion", "nodeType", "numNodeGroups", "parameterGroupName"} & group.inputs.keys()
    assert group.inputs["replicationGroupId"] == "atoll-prod-us-west-2", "two members of one name cannot be told apart"
    followers = only(PRIMARY, "aws:lambda/function:Function", "prod-rotate-cache-token-function").inputs["environment"]
    assert plain(followers)["variables"]["CACHE_FOLLOWERS"] == "us-west-2/atoll-prod-us-west-2"
    token = group.inputs["authToken"]
    assert isinstance(token, Secret)
    assert isinstance(token.unknown, Unknown)
    assert plain(group.inputs["replicasPerNodeGroup"]) == 1


# -- tables ----------------------------------------------------------------------------------------------------


def test_table_leaves_its_replica_to_the_secondary_when_copies_may_lag() -> None:
    table = only(PRIMARY, TABLE, "prod-table-sessions")
    replica = only(SECONDARY, TABLE_REPLICA)

    assert "replicas" not in table.inputs
    assert table.options.ignore_changes == ("replicas",)
    assert (table.inputs["streamEnabled"], table.inputs["streamViewType"]) == (True, "NEW_AND_OLD_IMAGES")
    assert replica.name == "prod-table-sessions"
    assert read_of(replica, "globalTableArn") == {"tables.sessions.arn"}
    assert read_of(replica, "kmsKeyArn") == {"pair.replica_key_arns.database"}
    assert (replica.inputs["pointInTimeRecovery"], replica.inputs["deletionProtectionEnabled"]) == (True, True)


def test_table_is_made_in_both_regions_at_once_when_no_write_may_be_lost() -> None:
    table = only(PRIMARY, TABLE, "prod-table-events")

    [replica] = plain(table.inputs["replicas"])
    assert {key: replica[key] for key in ("regionName", "consistencyMode", "pointInTimeRecovery")} == {
        "regionName": WEST,
        "consistencyMode": "STRONG",
        "pointInTimeRecovery": True,
    }
    [key] = estate()[PRIMARY].references_of(table, "replicas[0].kmsKeyArn")
    assert key.urn.endswith("::prod-replica-key-database")
    assert plain(table.inputs["globalTableWitness"]) == {"regionName": "us-east-2"}
    assert {node.name for node in estate()[SECONDARY].of_type(TABLE)} == set()


# -- secrets, images, backups, volumes -------------------------------------------------------------------------


@pytest.mark.parametrize("secret", ["prod-cache-auth-secret", "prod-database-master-secret"])
def test_login_is_replicated_with_the_replica_of_its_key_when_both_regions_need_it(secret: str) -> None:
    made = only(PRIMARY, SECRET, secret)

    assert [one["region"] for one in plain(made.inputs["replicas"])] == [WEST]
    [key] = estate()[PRIMARY].references_of(made, "replicas[0].kmsKeyId")
    assert key.urn.endswith("::prod-replica-key-secrets")


def test_images_go_over_there_when_they_are_pushed_here() -> None:
    made = only(PRIMARY, "aws:ecr/replicationConfiguration:ReplicationConfiguration")

    assert plain(made.inputs["replicationConfiguration"]) == {
        "rules": [
            {
                "destinations": [{"region": WEST, "registryId": ACCOUNT}],
                "repositoryFilters": [{"filter": "prod/", "filterType": "PREFIX_MATCH"}],
            }
        ]
    }
    names = [
        {str(node.inputs["name"]) for node in estate()[stack].of_type("aws:ecr/repository:Repository")}
        for stack in (PRIMARY, SECONDARY)
    ]
    assert names[0] == names[1]
    assert estate()[SECONDARY].of_type("aws:ecr/replicationConfiguration:ReplicationConfiguration") == ()


@pytest.mark.parametrize(("stack", "there"), [(PRIMARY, WEST), (SECONDARY, EAST)])
def test_every_recovery_point_is_copied_to_the_other_vault_when_it_is_made(stack: str, there: str) -> None:
    plan = only(stack, "aws:backup/plan:Plan")
    vault = only(SECONDARY if stack == PRIMARY else PRIMARY, "aws:backup/vault:Vault")

    for rule in plain(plan.inputs["rules"]):
        [copy] = rule["copyActions"]
        assert copy["destinationVaultArn"] == f"arn:aws:backup:{there}:{ACCOUNT}:backup-vault:{vault.inputs['name']}"
        assert copy["lifecycle"]["deleteAfter"] == rule["lifecycle"]["deleteAfter"] >= 35
    assert vault.region == there


@pytest.mark.parametrize(("stack", "there"), [(PRIMARY, WEST), (SECONDARY, EAST)])
def test_snapshots_are_copied_and_encrypted_over_there_when_volumes_are(stack: str, there: str) -> None:
    policy = only(stack, "aws:dlm/lifecyclePolicy:LifecyclePolicy")

    [schedule] = plain(policy.inputs["policyDetails"])["schedules"]
    [copy] = schedule["crossRegionCopyRules"]
    assert (copy["target"], copy["encrypted"], copy["retainRule"]) == (
        there,
        True,
        {"interval": 35, "intervalUnit": "DAYS"},
    )
    assert "cmkArn" in copy


# -- names, controls -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "member"),
    [
        ("aws:iam/role:Role", "name"),
        ("aws:s3/bucket:Bucket", "bucket"),
        ("aws:cloudwatch/dashboard:Dashboard", "dashboardName"),
        ("aws:budgets/budget:Budget", "name"),
        ("aws:iam/instanceProfile:InstanceProfile", "name"),
    ],
)
def test_no_name_is_taken_twice_when_all_regions_of_the_account_share_it(kind: str, member: str) -> None:
    east, west = (
        {name for node in estate()[stack].of_type(kind) if isinstance(name := node.inputs.get(member), str)}
        for stack in (PRIMARY, SECONDARY)
    )

    assert east
    assert west
    assert east & west == set()


@pytest.mark.parametrize("stack", [PRIMARY, SECONDARY])
def test_no_control_finds_anything_when_production_is_checked(stack: str) -> None:
    found = run(estate()[stack], controls().values(), layer="region", settings=profile("prod").settings)

    assert [f"{one.control.id} {one.urn}" for one in found.findings] == []


def test_replication_is_missed_when_the_profile_names_nobody_else() -> None:
    quiet = {"dynamodb-replicated-to-peer-region", "rds-global-database-spans-regions", "s3-bucket-replicated"}
    found = run(estate()[PRIMARY], [controls()[name] for name in sorted(quiet)], layer="region")

    assert {one.control.id for one in found.findings} == quiet


# -- what cannot be --------------------------------------------------------------------------------------------


def refusal(outputs: dict[str, Any]) -> str:
    """What the program of the secondary says when the primary exports this; it has declared nothing then."""
    with pytest.raises(pulumi.RunError) as caught:
        record(
            deploy,
            stack=SECONDARY,
            config=to_config(stack_values("Pulumi.prod-west.yaml")),
            account=ACCOUNT,
            stack_outputs={PRIMARY: outputs},
            root=PROJECT,
        )
    return str(caught.value)


def test_secondary_is_refused_in_one_sentence_when_its_primary_was_never_deployed() -> None:
    said = refusal({})

    assert said.startswith("prod-west cannot use what it reads of other stacks; nothing was created:\n")
    assert "  prod  (atoll:pair.peer_stack)\n    exports nothing: it was never deployed, or is destroyed" in said
    assert said.endswith("    next: atoll stack up prod")


def test_secondary_is_refused_when_what_it_joins_is_a_secondary_itself() -> None:
    """Whoever reads a stack that reads another would make a chain, and in the end a circle."""
    west = plain(estate()[SECONDARY].stack_outputs)

    said = refusal({**west, "region": EAST})

    assert "pair.replica_key_arns.database: is not exported, and is needed for encrypting with the key of" in said
    assert "pair.replica_secret_arns.cache: is not exported, and is needed for logging in to it (pair.cache)" in said


def test_secondary_is_refused_when_its_primary_has_another_region() -> None:
    east = plain(estate()[PRIMARY].stack_outputs)

    said = refusal({**east, "region": "us-east-2"})

    assert "region" in said
    assert "us-east-2" in said


def test_stacks_of_the_project_agree_when_they_are_pairs() -> None:
    assert list(disagreements({stack: settings_of(stack) for stack in (PRIMARY, SECONDARY, "staging", "dev")})) == []


@pytest.mark.parametrize(
    ("others", "changes", "said"),
    [
        ([], {}, "prod-west reads prod, which no stack file is of: write Pulumi.prod.yaml, or name another"),
        (["staging"], {"peer_stack": "staging"}, "prod-west reads staging, which is in no pair: a secondary reads"),
        (["prod"], {"cache": False}, "prod-west has pair.cache false, its primary prod pair.cache true: make them"),
        (["prod"], {"peer_region": "us-east-2"}, "prod-west has pair.peer_region us-east-2, its primary prod region"),
    ],
)
def test_pair_is_refused_when_its_two_stacks_disagree(others: list[str], changes: dict[str, Any], said: str) -> None:
    stacks = {stack: settings_of(stack) for stack in others}
    west = settings_of(SECONDARY)
    assert west.pair is not None
    stacks[SECONDARY] = west.model_copy(update={"pair": west.pair.model_copy(update=changes)})

    [told] = disagreements(stacks)

    assert told.startswith(said)


def test_circle_cannot_be_when_two_stacks_name_each_other() -> None:
    """A primary that reads is refused by its settings; two secondaries that read each other by what they are."""
    east = settings_of(PRIMARY)
    assert east.pair is not None
    second = east.pair.model_copy(update={"role": PairRole.SECONDARY, "peer_stack": SECONDARY})
    stacks = {SECONDARY: settings_of(SECONDARY), PRIMARY: east.model_copy(update={"pair": second})}

    told = list(disagreements(stacks))

    assert [line.split(", which ")[1].split(":")[0] for line in told] == [
        "is secondary to prod-west",
        "is secondary to prod",
    ]
    values = stack_values("Pulumi.prod.yaml")
    values["pair"] = {**values["pair"], "peer_stack": SECONDARY}
    with pytest.raises(SettingsError, match="null on the primary: it reads nobody"):
        parse(to_config(values), stack=PRIMARY)


def test_estate_is_refused_when_the_files_of_a_pair_disagree(tmp_path: Path) -> None:
    for stack in (PRIMARY, SECONDARY):
        text = (PROJECT / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8")
        file = tmp_path / f"Pulumi.{stack}.yaml"
        file.write_text(text.replace("images: true", "images: false") if stack == SECONDARY else text, encoding="utf-8")

    with pytest.raises(EstateError, match=r"prod-west has pair\.images false, its primary prod pair\.images true"):
        order(tmp_path, [SECONDARY])


def test_switches_are_all_compared_when_pairs_are() -> None:
    fields = {name for name, field in PairSettings.model_fields.items() if field.annotation is bool}

    assert set(SWITCHES) == fields
