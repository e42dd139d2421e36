"""Colours: AWS's families of services, frames and layers, for light and dark paper.

Category and group colours are those of the AWS architecture icons (https://aws.amazon.com/architecture/icons/).
"""

from __future__ import annotations

from dataclasses import dataclass

from analysis.diagrams.model import Category, GroupKind, Layer

CATEGORY: dict[Category, str] = {
    Category.COMPUTE: "#ED7100",
    Category.DATABASE: "#C925D1",
    Category.STORAGE: "#7AA116",
    Category.NETWORK: "#8C4FFF",
    Category.SECURITY: "#DD344C",
    Category.INTEGRATION: "#E7157B",
    Category.MANAGEMENT: "#B0084D",
    Category.ANALYTICS: "#5A30B5",
    Category.OUTSIDE: "#5A6B86",
}


@dataclass(frozen=True, slots=True)
class Frame:
    """How the frame of a group looks: line, background (light and dark), whether dashed, its sign in draw.io."""

    line: str
    light: str
    dark: str
    dashed: bool = False
    icon: str | None = None


FRAMES: dict[GroupKind, Frame] = {
    GroupKind.GLOBAL: Frame("#5A6B86", "#F7F8FA", "#161D29", icon="group_aws_cloud_alt"),
    GroupKind.ACCOUNT: Frame("#E7157B", "#FFFFFF", "#11161F", icon="group_account"),
    GroupKind.REGION: Frame("#00A4A6", "#FBFEFE", "#101B22", True, "group_region"),
    GroupKind.VPC: Frame("#8C4FFF", "#FCFAFF", "#171427", icon="group_vpc2"),
    GroupKind.ZONE: Frame("#00A4A6", "#FFFFFF", "#131923", True),
    GroupKind.PUBLIC: Frame("#7AA116", "#F2F6E8", "#1B2412", icon="group_security_group"),
    GroupKind.PRIVATE: Frame("#00A4A6", "#E6F6F7", "#0E2529", icon="group_security_group"),
    GroupKind.DATA: Frame("#C925D1", "#FAEEFB", "#261229", icon="group_security_group"),
    GroupKind.SECURITY_GROUP: Frame("#DD344C", "#FFF8F9", "#25131A", True),
    GroupKind.STAGE: Frame("#8895A7", "#F5F7F9", "#171E2A"),
}


@dataclass(frozen=True, slots=True)
class Stroke:
    """How the lines of a layer look."""

    light: str
    dark: str
    dash: str | None = None


LAYERS: dict[Layer, Stroke] = {
    Layer.TRAFFIC: Stroke("#232F3E", "#D5DBE3"),
    Layer.REPLICATION: Stroke("#7D1FA8", "#D78CFA", "7 4"),
    Layer.FAILOVER: Stroke("#C7254E", "#FF7A95", "2 4"),
    Layer.BACKUP: Stroke("#4E7A0B", "#A5CC52", "10 4"),
    Layer.EVENTS: Stroke("#B0084D", "#FF72AC", "5 3"),
    Layer.IDENTITY: Stroke("#0B6E99", "#61C4EE", "9 3 2 3"),
    Layer.ENCRYPTION: Stroke("#A66A00", "#F0B64A", "3 3"),
}

INK = {"light": "#16202E", "dark": "#E8ECF2"}
FAINT = {"light": "#4F5E73", "dark": "#A9B5C6"}
PAPER = {"light": "#FFFFFF", "dark": "#0B0F16"}
TILE = {"light": "#FFFFFF", "dark": "#1C2533"}
