"""What services look like: name, family, shape in draw.io, and our own glyph in SVG.

``shape`` is the name in draw.io's `mxgraph.aws4` library. Shapes of the library come in two forms: service icons on a
coloured square (``resourceIcon``), and resources drawn alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from analysis.diagrams.model import Category


@dataclass(frozen=True, slots=True)
class Service:
    """How a kind of box looks. ``alone`` are shapes that draw.io does not put on a square."""

    name: str
    category: Category
    shape: str
    glyph: str
    alone: bool = False


_C, _D, _S, _N = Category.COMPUTE, Category.DATABASE, Category.STORAGE, Category.NETWORK
_X, _I, _M, _A, _O = Category.SECURITY, Category.INTEGRATION, Category.MANAGEMENT, Category.ANALYTICS, Category.OUTSIDE

SERVICES: dict[str, Service] = {
    "users": Service("Users", _O, "users", "people", alone=True),
    "internet": Service("Internet", _O, "internet", "globe", alone=True),
    "site": Service("Corporate site", _O, "corporate_data_center", "building", alone=True),
    "code": Service("Source code", _O, "source_code", "code", alone=True),
    # networking and delivery
    "route53": Service("Route 53", _N, "route_53", "globe"),
    "health-check": Service("Health checks", _N, "route_53", "pulse"),
    "cloudfront": Service("CloudFront", _N, "cloudfront", "globe"),
    "global-accelerator": Service("Global Accelerator", _N, "global_accelerator", "arrows"),
    "alb": Service("Load balancer", _N, "elastic_load_balancing", "balancer"),
    "api": Service("API Gateway", _N, "api_gateway", "door"),
    "graphql": Service("AppSync", _I, "appsync", "door"),
    "internet-gateway": Service("Internet gateway", _N, "internet_gateway", "door", alone=True),
    "nat": Service("NAT gateway", _N, "nat_gateway", "door", alone=True),
    "endpoint": Service("VPC endpoints", _N, "endpoints", "plug", alone=True),
    "transit-gateway": Service("Transit gateway", _N, "transit_gateway", "hub"),
    "vpn": Service("Site-to-site VPN", _N, "site_to_site_vpn", "lock"),
    "direct-connect": Service("Direct Connect", _N, "direct_connect", "plug"),
    "service-discovery": Service("Cloud Map", _N, "cloud_map", "hub"),
    "network-acl": Service("Network ACLs", _N, "network_access_control_list", "wall", alone=True),
    "flow-logs": Service("VPC flow logs", _N, "flow_logs", "list", alone=True),
    # compute and containers
    "ecs": Service("ECS", _C, "ecs", "box"),
    "fargate": Service("Fargate", _C, "fargate", "box"),
    "eks": Service("EKS", _C, "eks", "wheel"),
    "ec2": Service("EC2", _C, "ec2", "server"),
    "lambda": Service("Lambda", _C, "lambda", "function"),
    "images": Service("ECR", _C, "ecr", "box"),
    # databases
    "aurora": Service("Aurora", _D, "aurora", "cylinder"),
    "rds": Service("RDS", _D, "rds", "cylinder"),
    "cache": Service("ElastiCache", _D, "elasticache", "bolt"),
    "dynamodb": Service("DynamoDB", _D, "dynamodb", "table"),
    "dax": Service("DAX", _D, "dynamodb_dax", "bolt", alone=True),
    "dms": Service("DMS", _D, "database_migration_service", "arrows"),
    # storage
    "s3": Service("S3", _S, "s3", "bucket"),
    "efs": Service("EFS", _S, "elastic_file_system", "folder"),
    "ebs": Service("EBS", _S, "elastic_block_store", "disk"),
    "backup": Service("AWS Backup", _S, "backup", "vault"),
    # analytics
    "redshift": Service("Redshift", _A, "redshift", "warehouse"),
    "opensearch": Service("OpenSearch", _A, "elasticsearch_service", "search"),
    "firehose": Service("Data Firehose", _A, "kinesis_data_firehose", "arrows"),
    "kinesis": Service("Kinesis", _A, "kinesis_data_streams", "arrows"),
    "glue": Service("Glue", _A, "glue", "table"),
    "athena": Service("Athena", _A, "athena", "search"),
    # integration
    "sqs": Service("SQS", _I, "sqs", "queue"),
    "sns": Service("SNS", _I, "sns", "bell"),
    "eventbridge": Service("EventBridge", _I, "eventbridge", "hub"),
    "workflow": Service("Step Functions", _I, "step_functions", "steps"),
    "scheduler": Service("Scheduler", _I, "eventbridge_scheduler", "clock"),
    # management
    "cloudwatch": Service("CloudWatch", _M, "cloudwatch_2", "pulse"),
    "logs": Service("CloudWatch Logs", _M, "cloudwatch_2", "list"),
    "prometheus": Service("Managed Prometheus", _M, "managed_service_for_prometheus", "pulse"),
    "grafana": Service("Managed Grafana", _M, "managed_service_for_grafana", "pulse"),
    "xray": Service("X-Ray", _M, "xray", "search"),
    "config": Service("Config", _M, "config", "list"),
    "cloudtrail": Service("CloudTrail", _M, "cloudtrail", "list"),
    "systems-manager": Service("Systems Manager", _M, "systems_manager", "steps"),
    "pipeline": Service("CodePipeline", _M, "codepipeline", "steps"),
    "build": Service("CodeBuild", _M, "codebuild", "steps"),
    "argocd": Service("ArgoCD", _M, "eks_anywhere", "wheel"),
    "fault-injection": Service("Fault injection", _M, "fault_injection_simulator", "bolt"),
    # security and identity
    "waf": Service("WAF", _X, "waf", "wall"),
    "shield": Service("Shield", _X, "shield", "shield"),
    "certificate": Service("Certificate Manager", _X, "certificate_manager_3", "seal"),
    "security-group": Service("Security group", _X, "group_security_group", "shield"),
    "kms": Service("KMS", _X, "key_management_service", "key"),
    "secrets": Service("Secrets Manager", _X, "secrets_manager", "lock"),
    "iam": Service("IAM roles", _X, "identity_and_access_management", "badge"),
    "identity-center": Service("IAM Identity Center", _X, "single_sign_on", "people"),
    "access-analyzer": Service("IAM Access Analyzer", _X, "identity_access_management_iam_access_analyzer", "search"),
    "cognito": Service("Cognito", _X, "cognito", "people"),
    "guardduty": Service("GuardDuty", _X, "guardduty", "eye"),
    "security-hub": Service("Security Hub", _X, "security_hub", "shield"),
    "macie": Service("Macie", _X, "macie", "eye"),
    "inspector": Service("Inspector", _X, "inspector", "search"),
    "detective": Service("Detective", _X, "detective", "search"),
}
