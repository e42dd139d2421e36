"""Exceptions to the automatic pairing: where likeness of names and properties would choose wrongly, or not at all."""

from __future__ import annotations

from typing import Final

# SDK module -> the prefixes that Terraform uses for the same service, beside the module's own name.
MODULE_PREFIXES: Final[dict[str, tuple[str, ...]]] = {
    "acm": ("acm",),
    "alb": ("lb", "alb"),
    "amp": ("prometheus",),
    "apigateway": ("api_gateway",),
    "applicationloadbalancing": ("alb", "lb"),
    "autoscaling": ("autoscaling", ""),
    "cfg": ("config",),
    "cloudwatch": ("cloudwatch", "cloudwatch_log", "cloudwatch_event"),
    "costexplorer": ("ce",),
    "directconnect": ("dx",),
    "directoryservice": ("directory_service",),
    "ec2": ("",),
    "ec2clientvpn": ("ec2_client_vpn", "ec2"),
    "ec2transitgateway": ("ec2_transit_gateway", "ec2"),
    "elb": ("elb", "load_balancer"),
    "index": ("",),
    "kinesis": ("kinesis", "kinesis_firehose"),
    "mediaconvert": ("media_convert",),
    "mediastore": ("media_store",),
    "rds": ("db", "rds"),
    "route53recoverycontrol": ("route53recoverycontrolconfig",),
    "s3": ("s3", "s3_bucket"),
    "serverlessrepository": ("serverlessapplicationrepository", "serverless_application_repository"),
    "servicediscovery": ("service_discovery",),
    "vpc": ("vpc", ""),
    "vpn": ("vpn", "ec2"),
}

RESOURCES: Final[dict[str, str]] = {
    "aws:bcmdata/export:Export": "aws_bcmdataexports_export",
    "aws:directconnect/hostedTransitVirtualInterfaceAcceptor:HostedTransitVirtualInterfaceAcceptor": (
        "aws_dx_hosted_transit_virtual_interface_accepter"
    ),
    "aws:guardduty/iPSet:IPSet": "aws_guardduty_ipset",
    "aws:guardduty/threatIntelSet:ThreatIntelSet": "aws_guardduty_threatintelset",
    "aws:opensearch/serverlessCollection:ServerlessCollection": "aws_opensearchserverless_collection",
    "aws:pinpoint/smsvoicev2OptOutList:Smsvoicev2OptOutList": "aws_pinpointsmsvoicev2_opt_out_list",
    "aws:resourceexplorer/index:Index": "aws_resourceexplorer2_index",
}

FUNCTIONS: Final[dict[str, str]] = {
    "aws:elasticbeanstalk/getHostedZone:getHostedZone": "aws_elastic_beanstalk_hosted_zone",
}

# Types of Terraform's version 6 that look like something in version 5, and are not.
ABSENT: Final = frozenset(
    {
        "aws:account/getRegions:getRegions",
        "aws:appconfig/getApplication:getApplication",
        "aws:arczonalshift/autoshiftObserverNotificationStatus:AutoshiftObserverNotificationStatus",
        "aws:lambda/resourcePolicy:ResourcePolicy",
        "aws:organizations/tag:Tag",
        "aws:quicksight/roleCustomPermission:RoleCustomPermission",
        "aws:s3/filesFileSystemPolicy:FilesFileSystemPolicy",
        "aws:securityhub/automationRuleV2:AutomationRuleV2",
        "aws:ssoadmin/customerManagedPolicyAttachmentsExclusive:CustomerManagedPolicyAttachmentsExclusive",
        "aws:ssoadmin/managedPolicyAttachmentsExclusive:ManagedPolicyAttachmentsExclusive",
        "aws:timestreaminfluxdb/dbCluster:DbCluster",
    }
)

# "type.attribute" -> Pulumi property; data sources are "data.type".
PROPERTIES: Final[dict[str, str]] = {
    "aws_api_gateway_base_path_mapping.api_id": "restApi",
    "aws_api_gateway_stage.deployment_id": "deployment",
    "aws_cloudwatch_log_subscription_filter.log_group_name": "logGroup",
    "aws_elastic_beanstalk_environment.version_label": "version",
    "aws_lambda_function.filename": "code",
    "aws_lambda_function.function_name": "name",
    "aws_lambda_layer_version.filename": "code",
    "aws_lambda_permission.function_name": "function",
    "aws_s3_bucket.region": "bucketRegion",  # SDK 7 keeps `region` for choosing the provider
    "aws_s3_bucket_website_configuration.routing_rule": "routingRuleDetails",
    "aws_sns_topic_subscription.topic_arn": "topic",
    "data.aws_region.name": "region",
    "data.aws_s3_bucket.region": "bucketRegion",
    **{
        f"aws_api_gateway_{part}.rest_api_id": "restApi"
        for part in (
            "authorizer",
            "deployment",
            "integration",
            "integration_response",
            "method",
            "method_response",
            "method_settings",
            "model",
            "request_validator",
            "resource",
            "stage",
        )
    },
}
