"""What must turn the controls of APIs and user pools red."""

from __future__ import annotations

from tests.policies.flips import flips, needs, refused
from tests.policies.kit import DELETE, Mutation

LEVEL = 'it must be one of "ERROR", "INFO"'
ACCESS = "accessLogSettings.destinationArn is not set"
MODE = "userPoolAddOns.advancedSecurityMode"
KINDS = '"AWS_IAM", "JWT", "CUSTOM"'

MUTATIONS = (
    *flips(
        "api-routes-authorized",
        "http-route",
        {
            "authorizationType": (DELETE, f'authorizationType is "NONE", it must be one of {KINDS}'),
            "authorizerId": (DELETE, "authorizerId is not set"),
        },
        "authorizationType",
        "authorizerId",
    ),
    refused("api-routes-authorized", "http-route", "routeKey", "$disconnect", "such a route cannot ask who calls"),
    refused(
        "api-routes-authorized",
        "http-route",
        "protocolType",
        "WEBSOCKET",
        "it is asked when the connection is made",
        of="http-api",
    ),
    *flips("api-stage-access-logged", "http-stage", {"accessLogSettings": (DELETE, ACCESS)}, "accessLogSettings"),
    *needs("rest-stage-logged", "rest-stage", "rest-methods", "no method settings log its errors", "stageName"),
    *flips("rest-stage-logged", "rest-stage", {"accessLogSettings": (DELETE, ACCESS)}, "accessLogSettings"),
    Mutation(
        control="rest-stage-logged",
        resource="rest-stage",
        of="rest-methods",
        change={"settings.loggingLevel": "OFF"},
        says=f'settings.loggingLevel is "OFF", {LEVEL}',
    ),
    *needs("rest-stage-behind-waf", "rest-stage", "rest-waf", "no web ACL is associated with it", "resourceArn"),
    refused(
        "rest-stage-behind-waf", "rest-stage", "endpointConfiguration.types", "PRIVATE", "its API is private", of="rest"
    ),
    *flips(
        "rest-stage-traced",
        "rest-stage",
        {"xrayTracingEnabled": (DELETE, "xrayTracingEnabled is false, it must be true")},
        "xrayTracingEnabled",
    ),
    *flips(
        "rest-cache-encrypted",
        "rest-methods",
        {"settings.cacheDataEncrypted": (DELETE, "settings.cacheDataEncrypted is false, it must be true")},
        "settings.cacheDataEncrypted",
    ),
    refused("rest-cache-encrypted", "rest-methods", "settings.cachingEnabled", DELETE, "it caches nothing"),
    *flips(
        "cognito-mfa-required",
        "users",
        {"mfaConfiguration": ("OPTIONAL", 'mfaConfiguration is "OPTIONAL", it must be "ON"')},
        "mfaConfiguration",
    ),
    *flips(
        "cognito-password-policy-strong",
        "users",
        {
            "passwordPolicy": (DELETE, "passwordPolicy.minimumLength is 8, it must be at least 12"),
            "passwordPolicy.requireSymbols": (DELETE, "passwordPolicy.requireSymbols is false, it must be true"),
        },
        "passwordPolicy.minimumLength",
    ),
    *flips(
        "cognito-guests-refused",
        "identities",
        {"allowUnauthenticatedIdentities": (True, "allowUnauthenticatedIdentities is true, it must be false")},
        "allowUnauthenticatedIdentities",
    ),
    *flips(
        "cognito-threats-stopped",
        "users",
        {"userPoolAddOns": (DELETE, f'{MODE} is "OFF", it must be "ENFORCED"')},
        MODE,
    ),
    *flips(
        "cognito-deletion-protected",
        "users",
        {"deletionProtection": (DELETE, 'deletionProtection is "INACTIVE", it must be "ACTIVE"')},
        "deletionProtection",
    ),
)
