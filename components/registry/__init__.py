"""The contract registry: its roles and key, and the records of deployments (CON-2)."""

from components.registry.contract_registry import ContractRegistry, ContractRegistryArgs
from components.registry.deployment_record import DeploymentRecord, DeploymentRecordArgs

__all__ = ["ContractRegistry", "ContractRegistryArgs", "DeploymentRecord", "DeploymentRecordArgs"]
