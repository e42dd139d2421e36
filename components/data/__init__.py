"""Where state lives: PostgreSQL, Redis or Valkey, DynamoDB, OpenSearch (DB-1, DB-3, DB-4, CAC-1, DDB-1)."""

from components.data.aurora_cluster import AuroraCluster, AuroraClusterArgs, MasterLogin
from components.data.contract_table import ContractTable, ContractTableArgs
from components.data.data_copies import Copied, DataCopies, DataCopiesArgs
from components.data.database_end import DatabaseEnd
from components.data.database_events import DatabaseEvents, DatabaseEventsArgs, EventSource
from components.data.dax_cluster import DaxCluster, DaxClusterArgs
from components.data.global_database import GlobalDatabase, GlobalDatabaseArgs
from components.data.global_datastore import GlobalDatastore, GlobalDatastoreArgs
from components.data.postgres_database import PostgresDatabase, PostgresDatabaseArgs
from components.data.redis_cache import RedisCache, RedisCacheArgs
from components.data.replication import LakeEnd, ReplicatedFlow, Replication, ReplicationArgs
from components.data.search_domain import SearchDomain, SearchDomainArgs
from components.data.service_databases import DatabaseSpec, ServiceDatabases, ServiceDatabasesArgs, SharedDatabaseSpec
from components.data.table import Table, TableArgs
from components.data.table_replica import TableReplica, TableReplicaArgs
from components.data.warehouse import Warehouse, WarehouseArgs

__all__ = [
    "AuroraCluster",
    "AuroraClusterArgs",
    "ContractTable",
    "ContractTableArgs",
    "Copied",
    "DataCopies",
    "DataCopiesArgs",
    "DatabaseEnd",
    "DatabaseEvents",
    "DatabaseEventsArgs",
    "DatabaseSpec",
    "DaxCluster",
    "DaxClusterArgs",
    "EventSource",
    "GlobalDatabase",
    "GlobalDatabaseArgs",
    "GlobalDatastore",
    "GlobalDatastoreArgs",
    "LakeEnd",
    "MasterLogin",
    "PostgresDatabase",
    "PostgresDatabaseArgs",
    "RedisCache",
    "RedisCacheArgs",
    "ReplicatedFlow",
    "Replication",
    "ReplicationArgs",
    "SearchDomain",
    "SearchDomainArgs",
    "ServiceDatabases",
    "ServiceDatabasesArgs",
    "SharedDatabaseSpec",
    "Table",
    "TableArgs",
    "TableReplica",
    "TableReplicaArgs",
    "Warehouse",
    "WarehouseArgs",
]
