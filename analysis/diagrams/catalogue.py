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

GLYPHS: dict[str, str] = {
    "people": "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3 20c0-4 2.5-6.5 6-6.5s6 2.5 6 6.5M16 5a3 3 0 0 1 0 6M17.5 14c2.2.6 3.5 2.6 3.5 6",
    "globe": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c-5 5-5 13 0 18M12 3c5 5 5 13 0 18",
    "building": "M5 21V4h9v17M14 10h5v11M3 21h18M8 8h3M8 12h3M8 16h3",
    "code": "M8 7l-5 5 5 5M16 7l5 5-5 5M13.5 5l-3 14",
    "pulse": "M3 13h4l2.5-7 4 13 3-9 1.5 3h3",
    "arrows": "M3 8h14M13 4l4 4-4 4M21 16H7M11 12l-4 4 4 4",
    "balancer": "M12 3v6M12 9H5v6M12 9h7v6M12 9v6M3.5 15h3v4h-3zM10.5 15h3v4h-3zM17.5 15h3v4h-3z",
    "door": "M4 4h9v16H4zM10 12h11M17 8l4 4-4 4",
    "plug": "M3 12h5M16 12h5M8 7h5a5 5 0 0 1 0 10H8zM11 10v4",
    "hub": "M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM12 9V3M12 15v6M9.4 10.5L4 7.5M14.6 13.5l5.4 3M14.6 10.5L20 7.5M9.4 13.5L4 16.5",
    "wall": "M3 5h18v14H3zM3 9.7h18M3 14.3h18M9 5v4.7M15 5v4.7M6 9.7v4.6M12 9.7v4.6M18 9.7v4.6M9 14.3V19M15 14.3V19",
    "list": "M5 3h14v18H5zM8.5 8h7M8.5 12h7M8.5 16h4",
    "box": "M12 3l8 4.5v9L12 21l-8-4.5v-9zM4 7.5l8 4.5 8-4.5M12 12v9",
    "wheel": "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5zM12 2v7.5M12 14.5V22M2 12h7.5M14.5 12H22",
    "server": "M4 4h16v7H4zM4 13h16v7H4zM7.5 7.5h.5M7.5 16.5h.5M11 7.5h6M11 16.5h6",
    "function": "M5 4h4l7 16h3M12 11L6.5 20H4.5",
    "cylinder": "M5 6c0-1.7 3.1-3 7-3s7 1.3 7 3-3.1 3-7 3-7-1.3-7-3zM5 6v12c0 1.7 3.1 3 7 3s7-1.3 7-3V6M5 12c0 1.7 3.1 3 7 3s7-1.3 7-3",
    "bolt": "M13 2L5 13.5h6L10 22l9-12h-6.5z",
    "table": "M4 4h16v16H4zM4 9.3h16M4 14.6h16M10 4v16",
    "bucket": "M4 6h16l-2.2 14.5H6.2zM4 6c0-1.5 3.6-2.5 8-2.5s8 1 8 2.5",
    "folder": "M3 6h7l2 2.5h9V19H3z",
    "disk": "M4 4h16v16H4zM8 4v6h8V4M8 20v-5h8v5",
    "vault": "M4 4h16v15H4zM12 8a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM12 11.5h5M6 19v2M18 19v2",
    "warehouse": "M3 9l9-5 9 5v11H3zM7 20v-4M11 20v-8M15 20v-6M18 20v-9",
    "search": "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5L21 21",
    "queue": "M3 8h4v8H3zM10 8h4v8h-4zM17 8h4v8h-4zM7 12h3M14 12h3",
    "bell": "M6 17V11a6 6 0 0 1 12 0v6l2 1.5H4zM10 21h4",
    "steps": "M4 4h6v5H4zM14 9.5h6v5h-6zM4 15h6v5H4zM10 6.5h7v3M17 14.5v3h-7",
    "clock": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l4 2.5",
    "shield": "M12 3l8 3v6c0 4.5-3.2 7.5-8 9-4.8-1.5-8-4.5-8-9V6zM8.5 12l2.5 2.5 4.5-5",
    "seal": "M12 3a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM8.5 14L7 21.5l5-2.5 5 2.5L15.5 14M9.8 9l1.6 1.6L14.5 7.5",
    "key": "M8 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 12h9M17.5 12v4M20.5 12v3",
    "lock": "M5 11h14v10H5zM8 11V8a4 4 0 0 1 8 0v3M12 15v2.5",
    "badge": "M5 3h14v18H5zM12 8a2.3 2.3 0 1 0 0 4.6A2.3 2.3 0 0 0 12 8zM8 18c0-2.5 1.6-3.8 4-3.8s4 1.3 4 3.8M10 3v2h4V3",
    "eye": "M2 12c2.8-4.5 6.2-6.5 10-6.5s7.2 2 10 6.5c-2.8 4.5-6.2 6.5-10 6.5S4.8 16.5 2 12zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
}  # fmt: skip
"""Glyph → lines on a square of 24 units, drawn for this project. AWS's own artwork is not copied."""
