"""Search domains, warehouses and replications as they should be."""

from __future__ import annotations

from typing import Any

from pulumi_aws import dms, opensearch, redshift

from tests.policies.compliant.named import Named

DOMAIN: Any = {
    "encryptAtRest": {"enabled": True},
    "vpcOptions": {"subnetIds": ["subnet-1"]},
    "nodeToNodeEncryption": {"enabled": True},
    "domainEndpointOptions": {"enforceHttps": True, "tlsSecurityPolicy": "Policy-Min-TLS-1-2-PFS-2023-10"},
    "advancedSecurityOptions": {"enabled": True},
    "logPublishingOptions": [
        {"logType": "ES_APPLICATION_LOGS", "cloudwatchLogGroupArn": "arn:aws:logs:us-east-1:111122223333:log-group:s"},
        {"logType": "AUDIT_LOGS", "cloudwatchLogGroupArn": "arn:aws:logs:us-east-1:111122223333:log-group:audit"},
    ],
    "tags": {},
}


def program() -> None:
    """A search domain of either kind, a warehouse and a replication."""
    opensearch.Domain(
        "search",
        encrypt_at_rest={"enabled": True},
        vpc_options={"subnet_ids": ["subnet-1"]},
        node_to_node_encryption={"enabled": True},
        domain_endpoint_options={"enforce_https": True, "tls_security_policy": "Policy-Min-TLS-1-2-PFS-2023-10"},
        advanced_security_options={"enabled": True},
        log_publishing_options=[
            {"log_type": "ES_APPLICATION_LOGS", "cloudwatch_log_group_arn": "arn:aws:logs:us-east-1:1:log-group:a"},
            {"log_type": "AUDIT_LOGS", "cloudwatch_log_group_arn": "arn:aws:logs:us-east-1:1:log-group:b"},
        ],
    )
    Named("aws:elasticsearch/domain:Domain", "older-search", **DOMAIN)
    parameters = redshift.ParameterGroup(
        "warehouse-parameters", family="redshift-1.0", parameters=[{"name": "require_ssl", "value": "true"}]
    )
    warehouse = redshift.Cluster(
        "warehouse",
        cluster_identifier="warehouse",
        node_type="ra3.large",
        enhanced_vpc_routing=True,
        automated_snapshot_retention_period=7,
        cluster_parameter_group_name=parameters.name,
    )
    redshift.Logging("warehouse-logging", cluster_identifier=warehouse.id, log_destination_type="cloudwatch")
    dms.ReplicationInstance(
        "replication",
        replication_instance_class="dms.t3.medium",
        replication_instance_id="replication",
        publicly_accessible=False,
        multi_az=True,
    )
    dms.Endpoint("source", endpoint_id="source", endpoint_type="source", engine_name="postgres", ssl_mode="verify-full")
