"""Functions: Lambda with its role, log, triggers and code; schedules that call them."""

from components.functions.code import CodeError, bundle
from components.functions.function import Function, FunctionArgs, FunctionKeys, FunctionNetwork, function_statements
from components.functions.names import LIVE, function_arn, function_role_name
from components.functions.schedule import Schedule, ScheduleArgs
from components.functions.schedule_group import ScheduleGroup
from components.functions.triggers import ObjectSource, StreamSource, object_rule_name

__all__ = [
    "LIVE",
    "CodeError",
    "Function",
    "FunctionArgs",
    "FunctionKeys",
    "FunctionNetwork",
    "ObjectSource",
    "Schedule",
    "ScheduleArgs",
    "ScheduleGroup",
    "StreamSource",
    "bundle",
    "function_arn",
    "function_role_name",
    "function_statements",
    "object_rule_name",
]
