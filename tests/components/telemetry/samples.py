"""Settings and wiring for the tests of this folder; every value is stated here."""

from __future__ import annotations

from components.functions.function import FunctionKeys
from components.identity.roles import Scope
from contracts.settings.monitoring import SloSettings
from tests.kit import ACCOUNT, REGION

SCOPE = Scope("test", REGION, ACCOUNT)
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:atoll-test-alarms"
KEYS = FunctionKeys(logs=KEY, variables=KEY, messaging=KEY)
SLO = SloSettings(availability_percent=99.9, latency_p95_milliseconds=200, error_rate_percent=0.1, recovery_minutes=15)
