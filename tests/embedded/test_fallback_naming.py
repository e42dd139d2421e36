"""Reading AWS by its names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedded.gateway.fallback.arns import new_id, partition_of
from embedded.gateway.fallback.naming import Kind, Role, kebab, own_role, related, singular, split
from embedded.gateway.fallback.resources import resource_kind


@pytest.mark.parametrize(
    ("operation", "kind", "noun"),
    [
        ("CreateCacheParameterGroup", Kind.CREATE, "CacheParameterGroup"),
        ("DescribeCacheParameterGroups", Kind.READ, "CacheParameterGroup"),
        ("PutRemediationConfigurations", Kind.CREATE, "RemediationConfiguration"),
        ("ListPolicies", Kind.READ, "Policy"),
        ("BatchGetProjects", Kind.READ, "Project"),
        ("ModifyDBInstance", Kind.UPDATE, "DBInstance"),
        ("DeregisterTaskDefinition", Kind.DELETE, "TaskDefinition"),
        ("TagResource", Kind.ADD_TAGS, "Tag"),
        ("AddTagsToResource", Kind.ADD_TAGS, "Tag"),
        ("UntagResource", Kind.REMOVE_TAGS, "Tag"),
        ("RemoveTagsFromResource", Kind.REMOVE_TAGS, "Tag"),
        ("ListTagsForResource", Kind.READ_TAGS, "Tag"),
        ("ListResourceTags", Kind.READ_TAGS, "Tag"),
        ("ValidateStateMachineDefinition", Kind.ACT, "StateMachineDefinition"),
        ("CreateStage", Kind.CREATE, "Stage"),
        ("GetStages", Kind.READ, "Stage"),
    ],
)
def test_operation_is_understood_when_named_as_aws_names_it(operation: str, kind: Kind, noun: str):
    assert split(operation) == (kind, noun)


@pytest.mark.parametrize(
    ("plural", "one"),
    [
        ("Policies", "Policy"),
        ("Addresses", "Address"),
        ("Databases", "Database"),
        ("Indexes", "Index"),
        ("Aliases", "Alias"),
        ("Status", "Status"),
        ("Analysis", "Analysis"),
        ("Vpcs", "Vpc"),
    ],
)
def test_noun_is_singular_when_plural_was_given(plural: str, one: str):
    assert singular(plural) == one


@pytest.mark.parametrize(
    ("member", "noun", "role"),
    [
        ("addonName", "Addon", Role.NAME),
        ("arn", "Addon", Role.ARN),
        ("clusterName", "Addon", None),
        ("MonitorArn", "AnomalyMonitor", Role.ARN),
        ("MonitorArnList", "AnomalyMonitor", Role.ARN),
        ("RegistryName", "Schema", None),
        ("queryDefinitionId", "QueryDefinition", Role.ID),
        ("Description", "Sink", None),
        ("paid", "Bill", None),
    ],
)
def test_identifier_is_the_resource_s_own_only_when_it_names_its_kind(member: str, noun: str, role: Role | None):
    assert own_role(member, noun) is role


def test_a_question_about_alarms_means_composite_alarms_too():
    assert related("CompositeAlarm", "Alarm")
    assert not related("Alarm", "CompositeAlarm")


def test_name_becomes_kebab_case_when_it_has_initials():
    assert kebab("DBProxyTarget") == "db-proxy-target"


@pytest.mark.parametrize(
    ("region", "partition"), [("us-east-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")]
)
def test_partition_follows_the_region(region: str, partition: str):
    assert partition_of(region) == partition


@given(st.sampled_from([r"[0-9]{12}", r"[a-z0-9]{10}", r"sink-[0-9a-f]{17}", r"[0-9a-f]{32}", r"[A-Z0-9]{14}", None]))
def test_id_obeys_its_pattern_when_the_model_has_one(pattern: str | None):
    import re

    metadata = {"pattern": pattern} if pattern else {}
    value = new_id("Sink", metadata)
    assert pattern is None or re.fullmatch(pattern, value)


@pytest.mark.parametrize(
    ("service", "noun", "member", "wanted"),
    [
        ("eks", "Addon", "status", "ACTIVE"),  # its waiter says so
        ("rds", "DBInstance", "DBInstanceStatus", "available"),
        ("elasticache", "ReplicationGroup", "Status", "available"),
        ("accessanalyzer", "Analyzer", "status", "ACTIVE"),  # the enum says so
        ("config", "ConformancePackStatus", "ConformancePackState", "CREATE_COMPLETE"),
        ("cloudwatch", "CompositeAlarm", "StateValue", "OK"),
    ],
)
def test_status_is_the_one_waited_for(service: str, noun: str, member: str, wanted: str):
    kind = resource_kind(service, noun)
    shape = next(shape.members[member] for shape in kind.shapes if member in shape.members)
    assert kind.wanted_status(member, shape) == wanted


def test_resource_is_keyed_by_what_deleting_it_requires():
    assert resource_kind("eks", "Addon").key_members == ["clusterName", "addonName"]
    assert resource_kind("ce", "AnomalyMonitor").key_members == ["MonitorArn"]
