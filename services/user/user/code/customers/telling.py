"""Events of the service."""

from __future__ import annotations

from runtime.errors import NotAllowedException
from runtime.events import Event
from runtime.operation import Caller

SOURCE = "user-service"
REGISTERED = Event("UserRegistered", SOURCE, "User Registered")
HAPPENED = Event("UserEvent", SOURCE, "User Event", attributes=("severity",))
AUDITED = Event("UserAudited", SOURCE, "User Audited", attributes=("severity",))
MAIL = Event("MailRequested", SOURCE, "Mail Requested")
QUEUE = "UserNotifications"


def own(caller: Caller, user_id: str) -> None:
    """Let in services, and the person it is about.

    Raises:
        NotAllowedException: it is somebody else.
    """
    if not caller.service and caller.person != user_id:
        raise NotAllowedException("this is somebody else's")
