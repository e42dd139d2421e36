"""The program that test_interfaces_engine.py deploys: each interface of a service, with everything switched on."""

import json

import pulumi
import pulumi_aws
from pulumi_aws import ec2, iam, lambda_, route53

from components.api import (
    ApiLogging,
    ApiLoggingArgs,
    ContainerRoute,
    ContainerRouteArgs,
    ContainerTarget,
    FunctionTarget,
    GraphqlApi,
    GraphqlApiArgs,
    HttpApi,
    HttpApiArgs,
    InternalLoadBalancer,
    InternalLoadBalancerArgs,
    RestApi,
    RestApiArgs,
    RestVpcLink,
    RestVpcLinkArgs,
    Targets,
    UrlTarget,
    VpcLink,
    VpcLinkArgs,
    WebSocketApi,
    WebSocketApiArgs,
)
from components.authentication import (
    IdentityPool,
    IdentityPoolArgs,
    ProviderCredentials,
    UserPool,
    UserPoolArgs,
)
from components.cluster import AppRunnerService, AppRunnerServiceArgs
from components.identity.statements import allow
from components.network import (
    NetworkLoadBalancerArgs,
    PrivateEndpoint,
    PrivateEndpointArgs,
    PrivateEndpointService,
    PrivateEndpointServiceArgs,
)
from contracts.services.compute import AppRunnerService as AppRunnerClause
from contracts.services.identity import IdentityPool as IdentityPoolClause
from contracts.services.identity import UserPool as UserPoolClause
from contracts.services.interfaces import GraphqlInterface, HttpInterface, WebSocketInterface
from contracts.settings.security import ProtectionSettings

ACCOUNT, REGION = "111122223333", "us-east-1"
LOOSE = ProtectionSettings(protect=False, deletion_protection=False, final_snapshot=False, force_destroy=True)
provider = pulumi_aws.Provider("aws", region=REGION)
mine = pulumi.ResourceOptions(provider=provider)
options = pulumi.ResourceOptions(providers=[provider])

role = iam.Role(
    "role",
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
            ],
        }
    ),
    opts=mine,
)
function = lambda_.Function(
    "process",
    name="test-order-APIProcessing",
    runtime="python3.13",
    handler="app.handler",
    role=role.arn,
    code=pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context):\n    return {}\n")}),
    opts=mine,
)
zone = route53.Zone("zone", name="company.com", opts=mine)

pool = UserPool(
    "test-user-platform-users",
    args=UserPoolArgs(
        key="platform-users",
        user_pool=UserPoolClause.model_validate(
            {
                "password_policy": {
                    "minimum_length": 8,
                    "uppercase": True,
                    "lowercase": True,
                    "numbers": True,
                    "symbols": True,
                },
                "mfa": "OPTIONAL",
                "mfa_types": ["SMS_MFA", "SOFTWARE_TOKEN_MFA"],
                "clients": {
                    "web-app-client": {
                        "generate_secret": False,
                        "auth_flows": [
                            "ALLOW_USER_PASSWORD_AUTH",
                            "ALLOW_REFRESH_TOKEN_AUTH",
                            "ALLOW_USER_SRP_AUTH",
                        ],
                        "read_attributes": ["email", "name", "phone_number"],
                        "write_attributes": ["email", "name", "phone_number"],
                        "callback_urls": ["https://platform.company.com/signed-in"],
                        "scopes": ["openid", "email", "orders/read"],
                    }
                },
                "providers": {
                    "company": {
                        "kind": "SAML",
                        "metadata_url": "https://sso.company.com/metadata",
                        "attributes": {"email": "mail"},
                    },
                    "google": {"kind": "Google", "vault_entry": "atoll/google"},
                },
            }
        ),
        region=REGION,
        account_id=ACCOUNT,
        protection=LOOSE,
        credentials={
            "google": ProviderCredentials(client_id="id", client_secret=pulumi.Output.secret("very-hidden-value"))
        },
    ),
    opts=options,
)
identities = IdentityPool(
    "test-user-platform-identity-pool",
    args=IdentityPoolArgs(
        key="platform-identity-pool",
        identity_pool=IdentityPoolClause.model_validate({"user_pool": "platform-users", "clients": ["web-app-client"]}),
        region=REGION,
        provider_name=pool.provider_name,
        client_ids=pool.client_ids,
        statements=[allow("ReadAssets", ["s3:GetObject"], "arn:aws:s3:::assets/public/*")],
    ),
    opts=options,
)
vpc = ec2.Vpc("vpc", cidr_block="10.9.0.0/16", enable_dns_hostnames=True, opts=mine)
subnets = [
    ec2.Subnet(
        f"subnet-{zone}", vpc_id=vpc.id, cidr_block=f"10.9.{i}.0/24", availability_zone=f"{REGION}{zone}", opts=mine
    ).id
    for i, zone in enumerate("ab")
]
group = ec2.SecurityGroup("group", vpc_id=vpc.id, description="Everything of this test", opts=mine)
balancer = InternalLoadBalancer(
    "test-internal",
    args=InternalLoadBalancerArgs(
        subnet_ids=subnets, security_group_ids=[group.id], idle_timeout_seconds=60, deletion_protection=False
    ),
    opts=options,
)
ContainerRoute(
    "test-order-order-api",
    args=ContainerRouteArgs(
        vpc_id=vpc.id,
        listener_arn=balancer.listener_arn,
        priority=10,
        port=8080,
        health_path="/health",
        hosts=["order-api.internal"],
    ),
    opts=options,
)
link = VpcLink("test-link", args=VpcLinkArgs(subnet_ids=subnets, security_group_ids=[group.id]), opts=options)


def in_front(name: str) -> NetworkLoadBalancerArgs:
    return NetworkLoadBalancerArgs(
        balancer_name=name,
        vpc_id=vpc.id,
        subnet_ids=subnets,
        security_group_ids=[group.id],
        port=balancer.port,
        health_path="/",
        load_balancer_arn=balancer.arn,
    )


service = PrivateEndpointService(
    "test-order-private",
    args=PrivateEndpointServiceArgs(load_balancer=in_front("test-private"), consumer_accounts=["444455556666"]),
    opts=options,
)
PrivateEndpoint(
    "test-payment-orders",
    args=PrivateEndpointArgs(
        service_name=service.service_name,
        vpc_id=vpc.id,
        subnet_ids=subnets,
        port=80,
        callers={"payment": group.id},
    ),
    opts=options,
)
rest_link = RestVpcLink("test-rest", args=RestVpcLinkArgs(load_balancer=in_front("test-rest")), opts=options)
ApiLogging("test", args=ApiLoggingArgs(account_id=ACCOUNT, region=REGION), opts=options)
runner = AppRunnerService(
    "test-order-web",
    args=AppRunnerServiceArgs(
        service=AppRunnerClause.model_validate(
            {"image": "v1", "cpu": 256, "memory_mib": 512, "scaling": {"minimum": 1, "maximum": 5}}
        ),
        region=REGION,
        account_id=ACCOUNT,
        repository_url=f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/test/web",
        repository_arn=f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/test/web",
        instance_role_arn=role.arn,
        subnet_ids=subnets,
        security_group_ids=[group.id],
        environment={"ENVIRONMENT": "test"},
    ),
    opts=options,
)
target = FunctionTarget(arn=function.arn, name=function.name)
JWT = {
    "name": "jwt-authorizer",
    "user_pool": "user/user#platform-users",
    "clients": ["web-app-client"],
    "scopes": ["orders/read"],
}
api = HttpApi(
    "test-order-orders",
    args=HttpApiArgs(
        interface=HttpInterface.model_validate(
            {
                "document": "openapi.yaml",
                "exposure": "public",
                "routes": {
                    "ANY /api/v1/{proxy+}": {"container": "order-api"},
                    "POST /api/v1/process": {"function": "APIProcessing"},
                },
                "cors": {"origins": ["https://platform.company.com"], "methods": ["GET", "POST", "PUT", "DELETE"]},
                "authorizer": JWT,
                "throttling": {"burst": 5000, "rate": 10000},
                "domain": "api.company.com",
                "access_log_days": 30,
            }
        ),
        region=REGION,
        targets=Targets(
            functions={"APIProcessing": target},
            containers={
                "order-api": ContainerTarget(
                    listener_arn=balancer.listener_arn, vpc_link_id=link.id, headers={"Host": "order-api.internal"}
                )
            },
        ),
        issuer=pool.issuer,
        hosted_zone_id=zone.zone_id,
    ),
    opts=options,
)
rest = RestApi(
    "test-order-partner",
    args=RestApiArgs(
        interface=HttpInterface.model_validate(
            {
                "document": "openapi.yaml",
                "exposure": "public",
                "kind": "rest",
                "routes": {
                    "ANY /files/{proxy+}": {"container": "order-api"},
                    "GET /web/{id}": {"container": "web"},
                    "POST /orders/{id}": {"function": "APIProcessing"},
                },
                "cors": {"origins": ["https://platform.company.com"], "methods": ["GET", "POST"]},
                "authorizer": JWT,
                "throttling": {"burst": 100, "rate": 50},
                "access_log_days": 30,
                "usage_plans": {
                    "gold": {
                        "throttling": {"burst": 50, "rate": 20},
                        "quota": 10000,
                        "period": "MONTH",
                        "keys": ["acme", "umbrella"],
                    }
                },
            }
        ),
        region=REGION,
        targets=Targets(
            functions={"APIProcessing": target},
            containers={
                "order-api": UrlTarget(base_url=rest_link.base_url, vpc_link_id=rest_link.id),
                "web": UrlTarget(base_url=runner.url),
            },
        ),
        issuer=pool.issuer,
    ),
    opts=options,
)
sockets = WebSocketApi(
    "test-order-order-status",
    args=WebSocketApiArgs(
        interface=WebSocketInterface.model_validate(
            {
                "routes": {
                    "$connect": {"function": "APIProcessing"},
                    "$default": {"function": "APIProcessing"},
                    "cancel": {"function": "APIProcessing"},
                },
                "throttling": {"burst": 100, "rate": 50},
                "access_log_days": 30,
            }
        ),
        region=REGION,
        targets=Targets(functions={"APIProcessing": target}),
    ),
    opts=options,
)
graph = GraphqlApi(
    "test-order-order-graph",
    args=GraphqlApiArgs(
        interface=GraphqlInterface.model_validate(
            {
                "document": "orders.graphql",
                "resolvers": {
                    "Query.order": {"function": "APIProcessing"},
                    "Mutation.cancelOrder": {"function": "APIProcessing"},
                },
                "authorizer": JWT,
                "cache_seconds": 60,
                "log_days": 30,
            }
        ),
        schema=(
            "type Order { id: ID! }\n"
            "type Query { order(id: ID!): Order }\n"
            "type Mutation { cancelOrder(id: ID!): Order }\n"
            "schema { query: Query mutation: Mutation }\n"
        ),
        region=REGION,
        account_id=ACCOUNT,
        targets=Targets(functions={"APIProcessing": target}),
        issuer=pool.issuer,
    ),
    opts=options,
)
pulumi.export("api", api.endpoint)
pulumi.export("rest", rest.endpoint)
pulumi.export("sockets", sockets.endpoint)
pulumi.export("graph", graph.endpoint)
pulumi.export("user_pool", pool.id)
