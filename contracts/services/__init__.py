"""Service contracts: typed, frozen, validated as a whole, and as an estate.

`load` reads one contract with its documents, `read` all of a folder; `findings` asks the estate, `progress` compares it
with an earlier one.
"""

from contracts.services.contract import ServiceContract
from contracts.services.estate import Edge, Estate, EstateFinding, Kind, read
from contracts.services.history import progress
from contracts.services.questions import findings
from contracts.services.reading import ContractError, LoadedContract, load
from contracts.services.semver import Range, Version

__all__ = [
    "ContractError",
    "Edge",
    "Estate",
    "EstateFinding",
    "Kind",
    "LoadedContract",
    "Range",
    "ServiceContract",
    "Version",
    "findings",
    "load",
    "progress",
    "read",
]
