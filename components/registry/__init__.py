"""The contract registry's roles and key (CON-2)."""

from components.registry.contract_registry import ContractRegistry, ContractRegistryArgs

__all__ = ["ContractRegistry", "ContractRegistryArgs"]
