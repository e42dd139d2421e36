"""What must turn the controls of CloudWatch red."""

from __future__ import annotations

from policies.metric_filters import REQUIRED
from tests.policies.kit import DELETE, Mutation

WATCHED = "trail-changes-alarmed"
KEPT = "log-group-retention-set"

MUTATIONS = (
    Mutation(
        control="log-group-encrypted-with-customer-key",
        resource="logs",
        change={"kmsKeyId": DELETE},
        says="kmsKeyId is not set",
    ),
    Mutation(control="log-group-encrypted-with-customer-key", resource="logs", unknown=("kmsKeyId",)),
    Mutation(
        control=KEPT,
        resource="logs",
        change={"retentionInDays": 90},
        says="retentionInDays is 90, it must be at least 365 days",
    ),
    *(
        Mutation(
            control=KEPT,
            resource="logs",
            change={"retentionInDays": never},
            says="retentionInDays is not set, so that events are kept, and paid, for ever",
        )
        for never in (DELETE, 0, "0")
    ),
    Mutation(
        control=KEPT,
        resource="logs",
        change={"logGroupClass": "DELIVERY"},
        says="AWS fixes the retention of the class DELIVERY",
        not_applicable=True,
    ),
    Mutation(control=KEPT, resource="logs", unknown=("retentionInDays",)),
    Mutation(
        control=KEPT,
        resource="logs",
        change={"retentionInDays": "364"},
        says='retentionInDays is "364", it must be at least 365 days',
    ),
    Mutation(
        control="alarm-tells-somebody",
        resource="alarm-0",
        change={"alarmActions": []},
        says="alarmActions is not set",
        also=(WATCHED,),
    ),
    Mutation(
        control="alarm-tells-somebody",
        resource="alarm-0",
        change={"actionsEnabled": "false"},
        says='actionsEnabled is "false", it must be true',
        also=(WATCHED,),
    ),
    Mutation(control="alarm-tells-somebody", resource="alarm-0", unknown=("alarmActions",), also=(WATCHED,)),
    Mutation(
        control="alarm-tells-somebody",
        resource="quiet-alarm",
        of="composite",
        change={"alarmRule": 'ALARM("other")'},
        says="alarmActions is not set",
    ),
    Mutation(
        control="alarm-tells-somebody",
        resource="deployment-alarm",
        remove=("deployments",),
        says="alarmActions is not set",
    ),
    Mutation(control="alarm-tells-somebody", resource="quiet-alarm", of="composite", unknown=("alarmRule",)),
    Mutation(
        control="alarm-tells-somebody",
        resource="composite",
        change={"alarmActions": DELETE},
        says="alarmActions is not set",
    ),
    *(
        Mutation(
            control=WATCHED,
            resource="watched-trail",
            remove=(f"filter-{number}",),
            says=f"no alarm tells of {what}",
        )
        for number, what in enumerate(REQUIRED)
    ),
    Mutation(
        control=WATCHED,
        resource="watched-trail",
        of="filter-4",
        change={"pattern": "{($.eventName = StopLogging) || ($.eventName = DeleteTrail)}"},
        says="no alarm tells of changes of CloudTrail",
    ),
    Mutation(
        control=WATCHED,
        resource="watched-trail",
        of="filter-14",
        change={"pattern": '{($.eventSource = "organizations.amazonaws.com") && ($.awsRegion = "eu-west-1")}'},
        says="no alarm tells of changes of the organization",
    ),
    Mutation(control=WATCHED, resource="watched-trail", of="filter-4", unknown=("pattern",)),
    Mutation(control=WATCHED, resource="watched-trail", of="filter-4", unknown=("metricTransformation",)),
    Mutation(control=WATCHED, resource="watched-trail", of="filter-4", unknown=("logGroupName",)),
)
