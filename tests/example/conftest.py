"""One deployment of the example for all its tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.example.shop import PROJECT
from tests.kit.servers import postgres, redis

if TYPE_CHECKING:
    from tests.example.shop import Shop


@pytest.fixture(scope="module")  # its schedules go on running: it ends with its file, not with the whole run
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    from embedded.gateway.routes import Profile
    from embedded.session import Session
    from tests.example.region import prepare
    from tests.example.shop import REGIONS, Shop

    with postgres() as database, redis() as cache, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (str(PROJECT), os.environ.get("PYTHONPATH")))))
        patch.setenv("DATABASE_TLS", "off")  # the server of this machine has no certificate of RDS
        session = Session.open(home=tmp_path_factory.mktemp("example"), port=0, profiles=[Profile.EXECUTION])
        try:
            made = Shop(session, tmp_path_factory.mktemp("project"), database, cache)
            made.deploy(
                {
                    stack: prepare(lambda service, owner=account: made.client(service, owner), account, database, cache)
                    for stack, account in REGIONS.items()
                }
            )
            with made.container():
                _ = made.keeper, made.ann  # they sign up before any test lets functions fail
                yield made
        finally:
            session.cloud.stop()
