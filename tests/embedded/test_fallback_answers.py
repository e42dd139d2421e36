"""Answers from the service model: create, read, update, list, delete and tags, without any process."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from embedded.gateway.catalog import Operation, service_model
from embedded.gateway.fallback.engine import Fallback
from embedded.gateway.fallback.memory import Memory, Place
from embedded.gateway.fallback.question import Question
from embedded.gateway.wire import AwsError

PLACE = Place(account="111122223333", region="eu-west-1", service="")


class Api:
    """One service, answered by the fallback alone."""

    def __init__(self, fallback: Fallback, service: str) -> None:
        self.fallback, self.service = fallback, service

    def ask(self, action: str, /, **members: Any) -> Question:
        model = service_model(self.service)
        assert model is not None
        place = Place(account=PLACE.account, region=PLACE.region, service=self.service)
        return Question(operation=Operation(model.operation_model(action), {}), members=members, place=place)

    def __call__(self, action: str, /, **members: Any) -> dict[str, Any]:
        return self.fallback.answer(self.ask(action, **members))


@pytest.fixture
def fallback(tmp_path: Path) -> Iterator[Fallback]:
    made = Fallback(tmp_path / "fallback.sqlite")
    yield made
    made.close()


def test_resource_is_whole_when_created(fallback: Fallback):
    addon = Api(fallback, "eks")("CreateAddon", clusterName="c", addonName="cni", addonVersion="v1", tags={"a": "b"})[
        "addon"
    ]
    assert re.fullmatch(r"arn:aws:eks:eu-west-1:111122223333:addon/c/cni/[0-9a-f-]{36}", addon["addonArn"])
    assert (addon["status"], addon["tags"], addon["addonVersion"]) == ("ACTIVE", {"a": "b"}, "v1")
    assert isinstance(addon["createdAt"], datetime.datetime)


def test_resource_is_found_only_under_its_parent_when_described(fallback: Fallback):
    eks = Api(fallback, "eks")
    eks("CreateAddon", clusterName="c", addonName="cni")
    assert eks("ListAddons", clusterName="c")["addons"] == ["cni"]
    assert eks("ListAddons", clusterName="other")["addons"] == []
    with pytest.raises(AwsError) as missing:
        eks("DescribeAddon", clusterName="other", addonName="cni")
    assert missing.value.code == "ResourceNotFoundException"


def test_second_create_is_refused_when_resource_exists(fallback: Fallback):
    dax = Api(fallback, "dax")
    dax("CreateSubnetGroup", SubnetGroupName="g", SubnetIds=["subnet-1"])
    with pytest.raises(AwsError) as refused:
        dax("CreateSubnetGroup", SubnetGroupName="g", SubnetIds=["subnet-1"])
    assert refused.value.code == "SubnetGroupAlreadyExistsFault"


def test_put_changes_the_resource_when_it_exists(fallback: Fallback):
    logs = Api(fallback, "logs")
    number = logs("PutQueryDefinition", name="q", queryString="one")["queryDefinitionId"]
    assert logs("PutQueryDefinition", queryDefinitionId=number, name="q", queryString="two") == {
        "queryDefinitionId": number
    }
    [found] = logs("DescribeQueryDefinitions")["queryDefinitions"]
    assert found["queryString"] == "two"


def test_update_merges_when_only_some_members_are_told(fallback: Fallback):
    ce = Api(fallback, "ce")
    arn = ce("CreateAnomalyMonitor", AnomalyMonitor={"MonitorName": "m", "MonitorType": "DIMENSIONAL"})["MonitorArn"]
    ce("UpdateAnomalyMonitor", MonitorArn=arn, MonitorName="renamed")
    [found] = ce("GetAnomalyMonitors", MonitorArnList=[arn])["AnomalyMonitors"]
    assert (found["MonitorName"], found["MonitorType"]) == ("renamed", "DIMENSIONAL")
    assert arn.startswith("arn:aws:ce::111122223333:anomalymonitor/")


def test_update_is_refused_when_resource_does_not_exist(fallback: Fallback):
    with pytest.raises(AwsError):
        Api(fallback, "ce")("UpdateAnomalyMonitor", MonitorArn="arn:aws:ce::1:anomalymonitor/x", MonitorName="n")


def test_update_that_runs_can_be_described(fallback: Fallback):
    eks = Api(fallback, "eks")
    eks("CreateAddon", clusterName="c", addonName="cni")
    update = eks("UpdateAddon", clusterName="c", addonName="cni", addonVersion="v2")["update"]
    assert update["status"] == "Successful"
    assert eks("DescribeUpdate", name="c", updateId=update["id"])["update"]["id"] == update["id"]


def test_parameters_that_are_not_mentioned_stay_when_group_is_modified(fallback: Fallback):
    cache = Api(fallback, "elasticache")
    cache("CreateCacheParameterGroup", CacheParameterGroupName="g", CacheParameterGroupFamily="redis7", Description="d")
    for name, value in (("a", "1"), ("b", "2"), ("a", "3")):
        told = [{"ParameterName": name, "ParameterValue": value}]
        cache("ModifyCacheParameterGroup", CacheParameterGroupName="g", ParameterNameValues=told)
    found = cache("DescribeCacheParameters", CacheParameterGroupName="g")["Parameters"]
    assert {item["ParameterName"]: item["ParameterValue"] for item in found} == {"a": "3", "b": "2"}


def test_nothing_is_left_when_deleted(fallback: Fallback):
    xray = Api(fallback, "xray")
    xray("CreateSamplingRule", SamplingRule={"RuleName": "r", "ResourceARN": "*", "Priority": 1})
    [record] = xray("GetSamplingRules")["SamplingRuleRecords"]
    assert record["SamplingRule"]["RuleARN"] == "arn:aws:xray:eu-west-1:111122223333:sampling-rule/r"
    xray("DeleteSamplingRule", RuleName="r")
    assert xray("GetSamplingRules")["SamplingRuleRecords"] == []


def test_several_resources_are_kept_when_told_at_once(fallback: Fallback):
    config = Api(fallback, "config")
    told = [{"ConfigRuleName": name, "TargetType": "SSM_DOCUMENT", "TargetId": "AWS-X"} for name in ("one", "two")]
    config("PutRemediationConfigurations", RemediationConfigurations=told)
    asked = config("DescribeRemediationConfigurations", ConfigRuleNames=["two"])["RemediationConfigurations"]
    assert [item["ConfigRuleName"] for item in asked] == ["two"]


def test_state_is_settled_when_only_one_side_is_asked_for(fallback: Fallback):
    config = Api(fallback, "config")
    config("PutConformancePack", ConformancePackName="p", TemplateBody="x")
    [side] = config("DescribeConformancePackStatus", ConformancePackNames=["p"])["ConformancePackStatusDetails"]
    assert side["ConformancePackState"] == "CREATE_COMPLETE"


def test_tags_follow_the_resource_when_changed_apart(fallback: Fallback):
    xray = Api(fallback, "xray")
    arn = xray("CreateGroup", GroupName="g", Tags=[{"Key": "a", "Value": "1"}])["Group"]["GroupARN"]
    xray("TagResource", ResourceARN=arn, Tags=[{"Key": "b", "Value": "2"}])
    xray("UntagResource", ResourceARN=arn, TagKeys=["a"])
    assert xray("ListTagsForResource", ResourceARN=arn)["Tags"] == [{"Key": "b", "Value": "2"}]
    assert fallback.holds(xray.ask("ListTagsForResource", ResourceARN=arn))
    assert not fallback.holds(xray.ask("ListTagsForResource", ResourceARN="arn:aws:xray:eu-west-1:1:group/other"))


def test_the_least_is_answered_when_operation_only_acts(fallback: Fallback):
    answer = Api(fallback, "stepfunctions")("ValidateStateMachineDefinition", definition="{}")
    assert answer == {"result": "OK", "diagnostics": []}


def test_places_are_apart_when_account_or_region_differ(fallback: Fallback):
    xray = Api(fallback, "xray")
    xray("CreateGroup", GroupName="g")
    for account, region in (("444455556666", "eu-west-1"), ("111122223333", "us-east-1")):
        asked = xray.ask("GetGroups")
        place = Place(account=account, region=region, service="xray")
        elsewhere = Question(operation=asked.operation, members={}, place=place)
        assert fallback.answer(elsewhere)["Groups"] == []


def test_memory_is_the_same_when_opened_again(fallback: Fallback, tmp_path: Path):
    made = Api(fallback, "eks")("CreateAddon", clusterName="c", addonName="cni", configurationValues="{}")["addon"]
    again = Fallback(tmp_path / "fallback.sqlite")
    found = Api(again, "eks")("DescribeAddon", clusterName="c", addonName="cni")["addon"]
    again.close()
    assert found == made


def test_memory_is_private_when_made(tmp_path: Path):
    Memory(tmp_path / "m.sqlite").close()
    assert (tmp_path / "m.sqlite").stat().st_mode & 0o077 == 0


def test_nothing_is_remembered_when_reset(fallback: Fallback):
    xray = Api(fallback, "xray")
    xray("CreateGroup", GroupName="g")
    fallback.reset()
    assert xray("GetGroups")["Groups"] == []


def test_revision_is_told_beside_the_resource_when_the_api_has_one(fallback: Fallback):
    front = Api(fallback, "cloudfront")
    made = front("CreateCachePolicy", CachePolicyConfig={"Name": "p", "MinTTL": 1})
    assert made["ETag"] == front("GetCachePolicy", Id=made["CachePolicy"]["Id"])["ETag"]


def test_settings_are_empty_until_changed_when_their_holder_exists(fallback: Fallback):
    accelerate = Api(fallback, "globalaccelerator")
    arn = accelerate("CreateAccelerator", Name="a", Enabled=True)["Accelerator"]["AcceleratorArn"]
    assert accelerate("DescribeAcceleratorAttributes", AcceleratorArn=arn) == {"AcceleratorAttributes": {}}
    accelerate("UpdateAcceleratorAttributes", AcceleratorArn=arn, FlowLogsEnabled=True)
    told = accelerate("DescribeAcceleratorAttributes", AcceleratorArn=arn)
    assert told == {"AcceleratorAttributes": {"FlowLogsEnabled": True}}


def test_association_is_listed_under_the_name_of_its_list(fallback: Fallback):
    eks = Api(fallback, "eks")
    whose = {"clusterName": "c", "principalArn": "arn:aws:iam::111122223333:role/r"}
    eks("CreateAccessEntry", **whose)
    eks("AssociateAccessPolicy", **whose, policyArn="arn:p", accessScope={"type": "cluster"})
    assert eks("ListAccessEntries", clusterName="c")["accessEntries"] == [whose["principalArn"]]
    [found] = eks("ListAssociatedAccessPolicies", **whose)["associatedAccessPolicies"]
    assert found["policyArn"] == "arn:p"
    eks("DisassociateAccessPolicy", **whose, policyArn="arn:p")
    assert eks("ListAssociatedAccessPolicies", **whose)["associatedAccessPolicies"] == []


def test_state_is_settled_when_it_is_a_structure(fallback: Fallback):
    amp = Api(fallback, "amp")
    amp("CreateAlertManagerDefinition", workspaceId="ws-1", data=b"x")
    told = amp("DescribeAlertManagerDefinition", workspaceId="ws-1")["alertManagerDefinition"]
    assert (told["status"], told["data"]) == ({"statusCode": "ACTIVE"}, b"x")


def test_resource_is_found_by_a_bare_word_when_the_api_names_it_so(fallback: Fallback):
    store = Api(fallback, "codeartifact")
    store("CreateDomain", domain="d")
    assert store("DescribeDomain", domain="d")["domain"]["arn"].endswith(":domain/d")
    with pytest.raises(AwsError):
        store("DescribeDomain", domain="other")


def test_state_of_each_item_is_settled_when_the_items_have_one(fallback: Fallback):
    efs = Api(fallback, "efs")
    efs("CreateReplicationConfiguration", SourceFileSystemId="fs-1", Destinations=[{"Region": "us-west-2"}])
    (found,) = efs("DescribeReplicationConfigurations", FileSystemId="fs-1")["Replications"]
    (copy,) = found["Destinations"]
    assert (copy["Region"], copy["Status"]) == ("us-west-2", "ENABLED")
    assert copy["FileSystemId"].startswith("fs-")


def test_member_is_shown_under_its_other_name_when_aws_renames_it(fallback: Fallback):
    grafana = Api(fallback, "grafana")
    told = {"accountAccessType": "CURRENT_ACCOUNT", "permissionType": "SERVICE_MANAGED"}
    number = grafana("CreateWorkspace", **told, authenticationProviders=["SAML"])["workspace"]["id"]
    assert grafana("DescribeWorkspace", workspaceId=number)["workspace"]["authentication"]["providers"] == ["SAML"]
