"""Buckets: versions, replication with or without time control, locks; and which of them keep records alone."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from analysis.recovery.backups import Backups
from analysis.recovery.databases import ransomed, subject
from analysis.recovery.model import Kind, Outcome
from analysis.recovery.restores import restored
from analysis.recovery.spans import Span, lost, unknown
from analysis.recovery.terms import published
from analysis.recovery.world import Place, World, hidden, items
from contracts.recovery.scenarios import Scenario
from graph.values import MISSING, FrozenMap, Value

BUCKET = "aws:s3/bucket:Bucket"
_VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"
_LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
_REPLICATION = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
RECORDERS = {
    "aws:cfg/deliveryChannel:DeliveryChannel": "s3BucketName",
    "aws:cloudfront/distribution:Distribution": "loggingConfig.bucket",
    "aws:cloudtrail/trail:Trail": "s3BucketName",
    "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": "deliveryDestinationConfiguration"
    ".destinationResourceArn",
    "aws:glue/catalogDatabase:CatalogDatabase": "locationUri",
    "aws:codepipeline/pipeline:Pipeline": "artifactStores[0].location",
    "aws:lb/loadBalancer:LoadBalancer": "accessLogs.bucket",
    "aws:guardduty/publishingDestination:PublishingDestination": "destinationArn",
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": "extendedS3Configuration.bucketArn",
    "aws:macie2/classificationExportConfiguration:ClassificationExportConfiguration": "s3Destination.bucketName",
    "aws:s3/bucketLogging:BucketLogging": "targetBucket",
    "aws:dms/s3Endpoint:S3Endpoint": "bucketName",
    "aws:synthetics/canary:Canary": "artifactS3Location",
}
"""Type → property that names the bucket which it writes logs, audits, artifacts or copies of data to."""


class Objects:
    """The buckets of a world."""

    def __init__(self, world: World, backups: Backups) -> None:
        """Read nothing until it is asked for."""
        self._world = world
        self._backups = backups

    def outcomes(self) -> Iterator[Outcome]:
        """Yield what each scenario does to each bucket."""
        zones = published("s3-zones")
        for bucket in self._world.of(BUCKET):
            who = subject(Kind.RECORDS if bucket.node.urn in self._records else Kind.OBJECTS, bucket)
            yield Outcome(subject=who, scenario=Scenario.ZONE_LOSS, rto=zones, rpo=zones)
            rto, rpo = self._region(bucket)
            yield Outcome(subject=who, scenario=Scenario.REGION_LOSS, rto=rto, rpo=rpo)
            rto, rpo = self._deleted(bucket)
            yield Outcome(subject=who, scenario=Scenario.ACCIDENTAL_DELETE, rto=rto, rpo=rpo)
            if self._locked(bucket):
                kept = published("s3-versions")
                undone = published("s3-undelete")
                yield Outcome(subject=who, scenario=Scenario.RANSOMWARE, rto=undone, rpo=kept)
            else:
                yield ransomed(who, bucket, self._backups, "s3-restore")

    @cached_property
    def _records(self) -> frozenset[str]:
        """Buckets that others write records to, by URN."""
        found = (self._bucket(place, path) for type_, path in RECORDERS.items() for place in self._world.of(type_))
        return frozenset(bucket.node.urn for bucket in found if bucket is not None)

    def _bucket(self, place: Place, path: str) -> Place | None:
        """The bucket that a property names, also by its ARN."""
        value = place.value(path)
        return self._named(place, value, place.region) if value is not MISSING else None

    def _of_bucket(self, type_: str, bucket: Place) -> tuple[Place, ...]:
        return tuple(self._by_bucket(type_).get(bucket.node.urn, ()))

    def _by_bucket(self, type_: str) -> dict[str, list[Place]]:
        if type_ not in self._indexes:
            index: dict[str, list[Place]] = {}
            for place in self._world.of(type_):
                bucket = self._bucket(place, "bucket")
                if bucket is not None:
                    index.setdefault(bucket.node.urn, []).append(place)
            self._indexes[type_] = index
        return self._indexes[type_]

    @cached_property
    def _indexes(self) -> dict[str, dict[str, list[Place]]]:
        return {}

    def _region(self, bucket: Place) -> tuple[Span, Span]:
        serves = published("s3-replica-serves")
        best: Span | None = None
        for config in self._of_bucket(_REPLICATION, bucket):
            for rule in items(config.value("rules")):
                lag = self._lag(config, rule, bucket)
                if lag is not None and (best is None or lag.figures.bound < best.figures.bound):
                    best = lag
        if best is not None:
            return serves, best
        advice = "replicate it (replication.buckets), or copy recovery points to the other region (pair.backups)"
        return restored(bucket, self._backups, "s3-restore", advice)

    def _lag(self, config: Place, rule: FrozenMap, bucket: Place) -> Span | None:
        destination = rule.get("destination")
        if rule.get("status") != "Enabled" or not isinstance(destination, FrozenMap):
            return None
        target = self._named(config, destination.get("bucket"))
        if target is not None and target.region == bucket.region:
            return None
        if target is None:
            source = config.source("rules")
            return unknown("which region is replicated to", f"{source}: the destination is not known", source)
        time = destination.get("replicationTime")
        controlled = isinstance(time, FrozenMap) and time.get("status") == "Enabled"
        return published("s3-time-control" if controlled else "s3-replication")

    def _named(self, place: Place, value: Value, region: str = "") -> Place | None:
        if isinstance(value, str):
            value = value.removeprefix("arn:aws:s3:::").removeprefix("s3://").partition("/")[0]
        return self._world.pointed(place.stack, value, (BUCKET,), region)

    def _deleted(self, bucket: Place) -> tuple[Span, Span]:
        found = self._of_bucket(_VERSIONING, bucket)
        status = [place.value("versioningConfiguration.status") for place in found]
        if "Enabled" in status:
            return published("s3-undelete"), published("s3-versions")
        source = bucket.source("versioning")
        if any(hidden(one) for one in status):
            term = unknown("whether there are versions", f"{source} is not known", source)
            return term, term
        age = self._backups.nearby(bucket)
        return published("s3-restore"), age or lost("there are no versions and no backup", source, "turn on versioning")

    def _locked(self, bucket: Place) -> bool:
        """Whether versions cannot be deleted by anybody before their time."""
        return any(
            place.value("rule.defaultRetention.mode") == "COMPLIANCE" for place in self._of_bucket(_LOCK, bucket)
        )
