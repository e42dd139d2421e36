"""What must turn the controls of file systems red."""

from __future__ import annotations

from tests.policies.kit import DELETE, Mutation

KEY = "efs-encrypted-with-customer-key"
BACKED_UP = "efs-backed-up"
CONFINED = "efs-access-point-confined"

MUTATIONS = (
    *(
        Mutation(control=control, resource=resource, change=change, says=says)
        for control, resource, change, says in (
            (KEY, "files", {"encrypted": DELETE}, "encrypted is false, it must be true"),
            (KEY, "files", {"kmsKeyId": DELETE}, "kmsKeyId is not set"),
            (
                CONFINED,
                "files-folder",
                {"rootDirectory": DELETE},
                'rootDirectory.path is "/", it must be a folder below /',
            ),
            (CONFINED, "files-folder", {"posixUser": DELETE}, "posixUser.uid is not set"),
            (
                CONFINED,
                "files-folder",
                {"posixUser.uid": "0"},
                'posixUser.uid is "0", it must be anything but 0',
            ),
        )
    ),
    Mutation(control=KEY, resource="files", unknown=("encrypted",)),
    Mutation(control=CONFINED, resource="files-folder", unknown=("rootDirectory.path",)),
    Mutation(
        control=BACKED_UP,
        resource="files",
        remove=("files-backups",),
        says="it has no backup policy; backup-selection does not select it",
    ),
    Mutation(
        control=BACKED_UP,
        resource="files",
        of="files-backups",
        change={"backupPolicy.status": "DISABLED"},
        says='backupPolicy.status is "DISABLED", it must be "ENABLED"; backup-selection does not select it',
    ),
    Mutation(control=BACKED_UP, resource="files", of="files-backups", unknown=("fileSystemId",)),
    Mutation(control=BACKED_UP, resource="files", of="files-backups", unknown=("backupPolicy",)),
)
