"""Where state lives: PostgreSQL, Redis or Valkey, DynamoDB (DB-1, DB-3, CAC-1, DDB-1)."""

from components.data.postgres_database import PostgresDatabase, PostgresDatabaseArgs
from components.data.redis_cache import RedisCache, RedisCacheArgs
from components.data.table import Table, TableArgs

__all__ = [
    "PostgresDatabase",
    "PostgresDatabaseArgs",
    "RedisCache",
    "RedisCacheArgs",
    "Table",
    "TableArgs",
]
