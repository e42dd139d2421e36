"""Copy the objects of a bucket as its replication rules say, and show the rules as they were put."""

# pyright: basic, reportAttributeAccessIssue=false, reportReturnType=false

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.s3.exceptions import ReplicationConfigurationNotFoundError
from moto.s3.models import FakeBucket, FakeKey, S3Backend
from moto.s3.responses import S3Response

from contracts.recovery.actions import Store
from embedded.emulators.replication import PUMP, Change

REASON = (
    "moto keeps replication rules and copies nothing; it shows every rule with an empty prefix and without delete "
    "markers, encryption, metrics or time control, so that each preview would put them again."
)


def apply() -> None:
    """Follow what is put and deleted."""
    put, delete = S3Backend.put_object, S3Backend.delete_object

    def copied(self: S3Backend, bucket_name: str, key_name: str, *args: Any, **given: Any) -> FakeKey:
        key = put(self, bucket_name, key_name, *args, **given)
        bucket = self.get_bucket(bucket_name)
        for rule in _rules(bucket, key_name):
            key.replication = "PENDING"
            _send(self, bucket, rule, lambda there, key=key: _copy(self, key, there))
        return key

    def deleted(
        self: S3Backend, bucket_name: str, key_name: str, version_id: Any = None, *args: Any, **given: Any
    ) -> Any:
        result = delete(self, bucket_name, key_name, version_id, *args, **given)
        bucket = self.get_bucket(bucket_name)
        for rule in _rules(bucket, key_name) if version_id is None else ():
            if (rule.get("DeleteMarkerReplication") or {}).get("Status") == "Enabled":
                _send(self, bucket, rule, lambda there: delete(self, there, key_name))
        return result

    def headers(self: FakeKey) -> dict[str, Any]:
        state = getattr(self, "replication", None)
        return _HEADERS(self) | ({"x-amz-replication-status": state} if state else {})

    S3Backend.put_object = copied  # type: ignore[method-assign]
    S3Backend.delete_object = deleted  # type: ignore[method-assign]
    FakeKey.response_dict = property(headers)  # type: ignore[method-assign,assignment]
    S3Response.get_bucket_replication = _shown  # type: ignore[method-assign]


_HEADERS: Any = FakeKey.response_dict.fget  # type: ignore[attr-defined]


def _rules(bucket: FakeBucket, name: str) -> list[dict[str, Any]]:
    """The rules that an object falls under; where several name one bucket the first in priority."""
    told = getattr(bucket, "replication", None) or {"Rule": []}
    found: dict[str, dict[str, Any]] = {}
    for rule in sorted(told["Rule"], key=lambda rule: -int(rule.get("Priority") or 0)):
        scope = rule.get("Filter") or {}
        scope = scope.get("And") or scope
        prefix = scope.get("Prefix") or rule.get("Prefix") or ""
        if rule["Status"] == "Enabled" and name.startswith(prefix) and not scope.get("Tag"):
            found.setdefault(rule["Destination"]["Bucket"].rpartition(":")[2], rule)
    return list(found.values())


def _send(backend: S3Backend, bucket: FakeBucket, rule: dict[str, Any], deliver: Any) -> None:
    there = rule["Destination"]["Bucket"].rpartition(":")[2]
    if there in backend.buckets:
        target = backend.buckets[there].region_name
        group = f"{bucket.name}:{there}"
        PUMP.send(Change(Store.BUCKETS, group, PUMP.now(), bucket.region_name, target, lambda: deliver(there)))


def _copy(backend: S3Backend, key: FakeKey, there: str) -> None:
    """Make the copy by moto's own means: a copy is not copied on."""
    if there not in backend.buckets:
        key.replication = "FAILED"
        return
    made = _PUT(backend, there, key.name, key.value, storage=key.storage_class, disable_notification=True)
    made.set_metadata(dict(key.metadata))
    backend.tagger.copy_tags(key.arn, made.arn)
    made.replication, key.replication = "REPLICA", "COMPLETED"


_PUT = S3Backend.put_object


def _shown(self: S3Response) -> Any:
    """The rules in the form of the API, from the form of the XML they came in."""
    self.data["Action"] = "GetBucketReplication"
    told = self.backend.get_bucket_replication(self.bucket_name)
    if not told:
        raise ReplicationConfigurationNotFoundError(bucket_name=self.bucket_name)
    rules = [_rule(rule) for rule in told["Rule"]]
    return self.serialized(ActionResult({"ReplicationConfiguration": {"Role": told["Role"], "Rules": rules}}))


def _rule(rule: dict[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {name: value for name, value in rule.items() if value is not None}
    shown["Priority"] = int(rule["Priority"])
    destination = dict(rule["Destination"])
    for name, member in (("ReplicationTime", "Time"), ("Metrics", "EventThreshold")):
        if (minutes := (destination.get(name) or {}).get(member)) is not None:
            destination[name] = destination[name] | {member: {"Minutes": int(minutes["Minutes"])}}
    shown["Destination"] = destination
    if "Filter" in rule:
        shown["Filter"] = _filter(rule["Filter"] or {})
    return shown


def _filter(scope: dict[str, Any]) -> dict[str, Any]:
    """An empty prefix arrives as nothing at all."""
    if "And" in scope:
        tags = scope["And"].get("Tag") or []
        return {"And": {"Prefix": scope["And"].get("Prefix") or "", "Tags": tags if isinstance(tags, list) else [tags]}}
    return {"Tag": scope["Tag"]} if "Tag" in scope else {"Prefix": scope.get("Prefix") or ""}
