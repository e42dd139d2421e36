"""What must turn the controls of backups red."""

from __future__ import annotations

from tests.policies.kit import DELETE, Mutation

PLANNED = ("rds-in-backup-plan", "dynamodb-in-backup-plan")
RESOURCES = {"rds-in-backup-plan": ("instance", "cluster"), "dynamodb-in-backup-plan": ("backed-up-table",)}
COPIES = "rules[0].copyActions[0]"
LEFT_OUT = "backup-selection does not select it"

MUTATIONS = (
    *(
        mutation
        for control, resources in RESOURCES.items()
        for resource in resources
        for mutation in (
            Mutation(
                control=control,
                resource=resource,
                remove=("backup-selection",),
                says="the stack selects nothing for backups",
                also=PLANNED,
            ),
            Mutation(control=control, resource=resource, change={"tags": {"Environment": "dev"}}, says=LEFT_OUT),
            *(
                Mutation(
                    control=control, resource=resource, of="backup-selection", change=change, says=says, also=PLANNED
                )
                for change, says in (
                    ({"planId": DELETE}, "planId is not set"),
                    ({"selectionTags": [], "resources": ["arn:aws:s3:::*"]}, LEFT_OUT),
                    ({"notResources": ["*"]}, "backup-selection leaves it out"),
                    (
                        {
                            "conditions": {
                                "stringNotEquals": [{"key": "aws:ResourceTag/Environment", "value": "env-compliant"}]
                            }
                        },
                        LEFT_OUT,
                    ),
                    (
                        {"conditions": [{"stringLikes": [{"key": "aws:ResourceTag/Backup", "value": "*"}]}]},
                        LEFT_OUT,
                    ),
                )
            ),
            *(
                Mutation(control=control, resource=resource, of="backup-selection", unknown=(path,), also=PLANNED)
                for path in ("selectionTags", "notResources", "conditions")
            ),
        )
    ),
    Mutation(
        control="rds-in-backup-plan",
        resource="instance",
        change={"replicateSourceDb": "other"},
        says="it is the replica of another database",
        not_applicable=True,
    ),
    *(
        Mutation(control="backup-vault-encrypted-and-locked", resource="vault", of=of, change=change, says=says)
        for of, change, says in (
            ("vault", {"kmsKeyArn": DELETE}, "kmsKeyArn is not set"),
            ("vault-lock", {"minRetentionDays": DELETE}, "minRetentionDays is not set, it must be at least 7"),
            ("vault-lock", {"minRetentionDays": "1"}, 'minRetentionDays is "1", it must be at least 7'),
        )
    ),
    Mutation(
        control="backup-vault-encrypted-and-locked", resource="vault", remove=("vault-lock",), says="it has no lock"
    ),
    Mutation(
        control="backup-vault-encrypted-and-locked", resource="vault", of="vault-lock", unknown=("backupVaultName",)
    ),
    *(
        Mutation(control="backup-plan-copies-to-another-region", resource="backup-plan", change=change, says=says)
        for change, says in (
            ({"rules[0].copyActions": []}, "none of its rules copies to another region"),
            ({"rules[0].lifecycle.deleteAfter": 7}, "rules[0].lifecycle.deleteAfter is 7, it must be at least 35"),
            (
                {f"{COPIES}.lifecycle.deleteAfter": 34},
                f"none of its rules copies to another region; {COPIES}.lifecycle.deleteAfter is 34, "
                "it must be at least 35",
            ),
            (
                {f"{COPIES}.destinationVaultArn": "arn:aws:backup:us-east-1:111122223333:backup-vault:here"},
                f"none of its rules copies to another region; {COPIES}.destinationVaultArn is in the same region",
            ),
        )
    ),
    Mutation(control="backup-plan-copies-to-another-region", resource="backup-plan", unknown=("rules",)),
    Mutation(
        control="backup-plan-copies-to-another-region",
        resource="backup-plan",
        unknown=(f"{COPIES}.destinationVaultArn",),
    ),
    Mutation(
        control="backup-jobs-reported",
        resource="compliant",
        remove=("backup-report",),
        says="the stack plans backups and reports none",
    ),
    Mutation(
        control="backup-jobs-reported",
        resource="compliant",
        of="backup-report",
        change={"reportDeliveryChannel.s3BucketName": DELETE},
        says="reportDeliveryChannel.s3BucketName is not set",
    ),
    Mutation(control="backup-jobs-reported", resource="compliant", of="backup-report", unknown=("reportSetting",)),
    Mutation(
        control="backup-jobs-reported",
        resource="compliant",
        remove=("backup-plan",),
        says="the stack plans no backups",
        not_applicable=True,
        also=PLANNED,
    ),
)
