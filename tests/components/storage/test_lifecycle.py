from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from components.storage import lifecycle
from contracts.settings.data import BucketSettings
from tests.components.storage.samples import bucket_settings

DAYS = st.none() | st.integers(1, 3650)
SETTINGS = st.builds(
    BucketSettings,
    versioning=st.booleans(),
    intelligent_tiering=st.booleans(),
    glacier_ir_after_days=DAYS,
    expire_after_days=DAYS,
    noncurrent_expire_after_days=st.integers(1, 3650),
    event_notifications=st.booleans(),
)


@given(SETTINGS)
def test_each_rule_has_one_id_and_one_need_when_settings_vary(settings: BucketSettings) -> None:
    rules = lifecycle.rules(settings)

    ids = [rule.id for rule in rules]
    assert len(set(ids)) == len(ids)
    for rule in rules:
        needs = (
            rule.transitions,
            rule.expiration,
            rule.noncurrent_version_expiration,
            rule.abort_incomplete_multipart_upload,
        )
        assert sum(need is not None for need in needs) == 1, rule.id


@given(SETTINGS)
def test_objects_expire_only_when_settings_say_so(settings: BucketSettings) -> None:
    expirations = [rule.expiration for rule in lifecycle.rules(settings) if rule.expiration is not None]

    assert len(expirations) == (settings.expire_after_days is not None)


def test_old_versions_have_no_rule_when_there_are_none() -> None:
    ids = {rule.id for rule in lifecycle.rules(bucket_settings(versioning=False))}

    assert ids == {"abort-incomplete-uploads"}
