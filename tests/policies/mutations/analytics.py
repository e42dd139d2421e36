"""What must turn the controls of OpenSearch, Redshift and DMS red."""

from __future__ import annotations

from tests.policies.kit import DELETE, Mutation

TLS = "opensearch-speaks-tls"
AUDIT = "opensearch-audited"

MUTATIONS = (
    *(
        Mutation(
            control="opensearch-encrypted-at-rest",
            resource=domain,
            change={"encryptAtRest": DELETE},
            says="encryptAtRest.enabled is false, it must be true",
        )
        for domain in ("search", "older-search")
    ),
    Mutation(control="opensearch-encrypted-at-rest", resource="search", unknown=("encryptAtRest",)),
    Mutation(
        control="opensearch-in-vpc",
        resource="search",
        change={"vpcOptions": DELETE},
        says="vpcOptions.subnetIds is not set",
    ),
    Mutation(control="opensearch-in-vpc", resource="search", unknown=("vpcOptions",)),
    Mutation(
        control=TLS,
        resource="search",
        change={"nodeToNodeEncryption": DELETE},
        says="nodeToNodeEncryption.enabled is false, it must be true",
    ),
    Mutation(
        control=TLS,
        resource="search",
        change={"domainEndpointOptions": {}},
        says=(
            "domainEndpointOptions.enforceHttps is false, it must be true; domainEndpointOptions.tlsSecurityPolicy is"
            ' "Policy-Min-TLS-1-0-2019-07", it must be one of TLS 1.2'
        ),
    ),
    Mutation(control=TLS, resource="search", unknown=("domainEndpointOptions",)),
    Mutation(
        control=AUDIT,
        resource="search",
        change={"advancedSecurityOptions": DELETE},
        says="advancedSecurityOptions.enabled is false, it must be true",
    ),
    Mutation(control=AUDIT, resource="search", change={"logPublishingOptions": []}, says="it publishes no AUDIT_LOGS"),
    Mutation(
        control=AUDIT,
        resource="search",
        change={"logPublishingOptions[1].enabled": False},
        says="it publishes no AUDIT_LOGS",
    ),
    Mutation(control=AUDIT, resource="search", unknown=("logPublishingOptions",)),
    Mutation(control=AUDIT, resource="search", unknown=("advancedSecurityOptions",)),
    Mutation(
        control="redshift-encrypted",
        resource="warehouse",
        change={"encrypted": "false"},
        says='encrypted is "false", it must be true',
    ),
    Mutation(control="redshift-encrypted", resource="warehouse", unknown=("encrypted",)),
    Mutation(
        control="redshift-not-public",
        resource="warehouse",
        change={"publiclyAccessible": True},
        says="publiclyAccessible is true, it must be false",
    ),
    Mutation(control="redshift-not-public", resource="warehouse", unknown=("publiclyAccessible",)),
    Mutation(
        control="redshift-routed-through-vpc",
        resource="warehouse",
        change={"enhancedVpcRouting": DELETE},
        says="enhancedVpcRouting is false, it must be true",
    ),
    Mutation(control="redshift-routed-through-vpc", resource="warehouse", unknown=("enhancedVpcRouting",)),
    Mutation(
        control="redshift-tls-forced",
        resource="warehouse",
        of="warehouse-parameters",
        change={"parameters[0].value": "false"},
        says='require_ssl of warehouse-parameters is "false", it must be true',
    ),
    Mutation(
        control="redshift-tls-forced",
        resource="warehouse",
        change={"clusterParameterGroupName": "default.redshift-1.0"},
        says='require_ssl is "false", it must be true',
    ),
    Mutation(
        control="redshift-tls-forced",
        resource="warehouse",
        change={"clusterParameterGroupName": "of-another-stack"},
        undecided=True,
    ),
    Mutation(control="redshift-tls-forced", resource="warehouse", of="warehouse-parameters", unknown=("parameters",)),
    Mutation(
        control="redshift-audit-logged",
        resource="warehouse",
        remove=("warehouse-logging",),
        says="nothing logs its audits",
    ),
    Mutation(
        control="redshift-audit-logged", resource="warehouse", of="warehouse-logging", unknown=("clusterIdentifier",)
    ),
    Mutation(
        control="redshift-snapshots-kept",
        resource="warehouse",
        change={"automatedSnapshotRetentionPeriod": DELETE},
        says="automatedSnapshotRetentionPeriod is 1, it must be at least 7 days",
    ),
    Mutation(control="redshift-snapshots-kept", resource="warehouse", unknown=("automatedSnapshotRetentionPeriod",)),
    Mutation(
        control="dms-instance-not-public",
        resource="replication",
        change={"publiclyAccessible": DELETE},
        says="publiclyAccessible is true, it must be false",
    ),
    Mutation(control="dms-instance-not-public", resource="replication", unknown=("publiclyAccessible",)),
    Mutation(
        control="dms-instance-has-standby",
        resource="replication",
        change={"multiAz": DELETE},
        says="multiAz is false, it must be true",
    ),
    Mutation(control="dms-instance-has-standby", resource="replication", unknown=("multiAz",)),
    Mutation(
        control="dms-endpoints-speak-tls",
        resource="source",
        change={"sslMode": DELETE},
        says='sslMode is "none", it must be one of "require", "verify-ca", "verify-full"',
    ),
    Mutation(
        control="dms-endpoints-speak-tls",
        resource="source",
        change={"engineName": "kinesis"},
        says="kinesis is reached over the HTTPS of AWS",
        not_applicable=True,
    ),
    Mutation(control="dms-endpoints-speak-tls", resource="source", unknown=("sslMode",)),
)
