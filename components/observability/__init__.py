"""What is seen of the platform: log groups, alarms, objectives, dashboards (OBS-1, OBS-2, OBS-6)."""

from components.observability.alarm_topic import AlarmTopic, AlarmTopicArgs, Publisher
from components.observability.alarms import Alarms, AlarmsArgs
from components.observability.burn_rate_alarms import BurnRateAlarms, BurnRateAlarmsArgs
from components.observability.dashboards import Dashboards, DashboardsArgs
from components.observability.error_filters import ErrorFilters, ErrorFiltersArgs
from components.observability.log_archive import LogArchive, LogArchiveArgs
from components.observability.log_groups import LogGroups, LogGroupsArgs
from components.observability.log_search import LogSearch, LogSearchArgs
from components.observability.slo_alarms import Served, SloAlarms, SloAlarmsArgs
from components.observability.subjects import Subjects

__all__ = [
    "AlarmTopic",
    "AlarmTopicArgs",
    "Alarms",
    "AlarmsArgs",
    "BurnRateAlarms",
    "BurnRateAlarmsArgs",
    "Dashboards",
    "DashboardsArgs",
    "ErrorFilters",
    "ErrorFiltersArgs",
    "LogArchive",
    "LogArchiveArgs",
    "LogGroups",
    "LogGroupsArgs",
    "LogSearch",
    "LogSearchArgs",
    "Publisher",
    "Served",
    "SloAlarms",
    "SloAlarmsArgs",
    "Subjects",
]
