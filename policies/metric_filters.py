"""Patterns of metric filters over CloudTrail, compared by what they say and not by how it is written."""

from __future__ import annotations

import re
from collections.abc import Mapping

COMPARISON = re.compile(r"\$\.([\w.]+)(!=|=)\"?([^\"|&(){}]*)\"?")
EXISTS = re.compile(r"\s(NOT\s+)?EXISTS")


def _events(*names: str) -> str:
    return "{" + " || ".join(f"($.eventName = {name})" for name in names) + "}"


REQUIRED: Mapping[str, str] = {
    "refused API calls": '{($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*")}',
    "console logins without MFA": (
        '{($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes")'
        ' && ($.userIdentity.type = "IAMUser") && ($.responseElements.ConsoleLogin = "Success")}'
    ),
    "use of the root user": (
        '{$.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent"}'
    ),
    "changes of IAM policies": _events(
        *(
            f"{verb}{kind}Policy"
            for kind in ("Group", "Role", "User")
            for verb in ("Delete", "Put", "Attach", "Detach")
        ),
        *("CreatePolicy", "DeletePolicy", "CreatePolicyVersion", "DeletePolicyVersion"),
    ),
    "changes of CloudTrail": _events("CreateTrail", "UpdateTrail", "DeleteTrail", "StartLogging", "StopLogging"),
    "failed console logins": '{($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication")}',
    "loss of KMS keys": (
        "{($.eventSource = kms.amazonaws.com) && (($.eventName = DisableKey) || ($.eventName = ScheduleKeyDeletion))}"
    ),
    "changes of bucket policies": (
        "{($.eventSource = s3.amazonaws.com) && (($.eventName = PutBucketAcl) || ($.eventName = PutBucketPolicy)"
        " || ($.eventName = PutBucketCors) || ($.eventName = PutBucketLifecycle)"
        " || ($.eventName = PutBucketReplication) || ($.eventName = DeleteBucketPolicy)"
        " || ($.eventName = DeleteBucketCors) || ($.eventName = DeleteBucketLifecycle)"
        " || ($.eventName = DeleteBucketReplication))}"
    ),
    "changes of AWS Config": (
        "{($.eventSource = config.amazonaws.com) && (($.eventName = StopConfigurationRecorder)"
        " || ($.eventName = DeleteDeliveryChannel) || ($.eventName = PutDeliveryChannel)"
        " || ($.eventName = PutConfigurationRecorder))}"
    ),
    "changes of security groups": _events(
        *(f"{verb}SecurityGroup{way}" for verb in ("Authorize", "Revoke") for way in ("Ingress", "Egress")),
        *("CreateSecurityGroup", "DeleteSecurityGroup"),
    ),
    "changes of network ACLs": _events(
        *("CreateNetworkAcl", "CreateNetworkAclEntry", "DeleteNetworkAcl", "DeleteNetworkAclEntry"),
        *("ReplaceNetworkAclEntry", "ReplaceNetworkAclAssociation"),
    ),
    "changes of gateways": _events(
        *("CreateCustomerGateway", "DeleteCustomerGateway", "AttachInternetGateway"),
        *("CreateInternetGateway", "DeleteInternetGateway", "DetachInternetGateway"),
    ),
    "changes of route tables": _events(
        *("CreateRoute", "CreateRouteTable", "ReplaceRoute", "ReplaceRouteTableAssociation"),
        *("DeleteRouteTable", "DeleteRoute", "DisassociateRouteTable"),
    ),
    "changes of VPCs": _events(
        *("CreateVpc", "DeleteVpc", "ModifyVpcAttribute", "AcceptVpcPeeringConnection", "CreateVpcPeeringConnection"),
        *("DeleteVpcPeeringConnection", "RejectVpcPeeringConnection", "AttachClassicLinkVpc"),
        *("DetachClassicLinkVpc", "DisableVpcClassicLink", "EnableVpcClassicLink"),
    ),
    "changes of the organization": "{($.eventSource = organizations.amazonaws.com)}",
}
"""What somebody must hear of → a pattern that finds it. CIS AWS Foundations, the section on monitoring."""


def finds(pattern: str, wanted: str) -> bool:
    """Whether a pattern finds all that another one does: no comparison is missing, and none narrows it further."""
    have, need = _comparisons(pattern), _comparisons(wanted)
    narrower = _narrowing(pattern) > _narrowing(wanted)
    return need <= have and not narrower and not any(operator == "!=" for _, operator, _ in have - need)


def _comparisons(pattern: str) -> frozenset[tuple[str, str, str]]:
    """Property, operator and value of every comparison, without spaces and quotes."""
    return frozenset(COMPARISON.findall(re.sub(r"\s+", "", EXISTS.sub(r"=\1EXISTS", pattern))))


def _narrowing(pattern: str) -> int:
    return pattern.count("&&")
