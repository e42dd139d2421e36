"""The Terraform processes of one plug-in process: one a region, started when first asked for."""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import Future

from embedded.aws_plugin import settings
from embedded.aws_plugin.bundle import Bundle
from embedded.aws_plugin.errors import PluginError, Problem
from embedded.aws_plugin.mapping.store import MapStore
from embedded.aws_plugin.report import Finding, Reporter
from embedded.aws_plugin.secrecy import redact
from embedded.aws_plugin.terraform import Terraform
from embedded.aws_plugin.tfplugin import Messages
from embedded.aws_plugin.values import Props, Value


class Pool:
    """Thread safe. `configure` comes before everything else."""

    def __init__(self, bundle: Bundle, store: MapStore, reporter: Reporter) -> None:
        """Start nothing yet."""
        self._bundle = bundle
        self._store = store
        self._reporter = reporter
        self._config: Props = {}
        self._hidden: set[str] = set()
        self._lock = threading.Lock()
        self._started: dict[str, Future[Terraform]] = {}

    def configure(self, config: Props, hidden: set[str]) -> None:
        """Take the provider's inputs, as `settings.from_pulumi` gives them; `hidden`: what no message may show."""
        self._config = config
        self._hidden = hidden

    @property
    def region(self) -> str:
        """Where a resource goes that names no region."""
        return settings.region(self._config, os.environ)

    def region_of(self, value: Value) -> str:
        """The region that a `region` property means; an unknown one is taken for the provider's."""
        return value if isinstance(value, str) and value else self.region

    def terraform(self, region: str) -> Terraform:
        """The configured process of a region; waits while another thread starts it."""
        with self._lock:
            future = self._started.get(region)
            mine = future is None
            if future is None:
                future = self._started[region] = Future()
        if mine:
            try:
                future.set_result(self._start(region))
            except BaseException as error:
                with self._lock:
                    del self._started[region]  # the next one may have better luck
                future.set_exception(error)
        return future.result()

    def running(self) -> list[Terraform]:
        """The processes that are up."""
        with self._lock:
            futures = list(self._started.values())
        return [future.result() for future in futures if future.done() and not future.exception()]

    def close(self) -> None:
        """End them all."""
        for terraform in self.running():
            terraform.close()

    def _start(self, region: str) -> Terraform:
        begun = time.monotonic()
        config, env = settings.to_terraform(self._store.provider(), self._config, region, os.environ)
        terraform = Terraform(
            self._bundle.provider, Messages(self._bundle.descriptors), env=env, log=self._reporter.log_file
        )
        try:
            terraform.configure(config, self._warn)
        except BaseException as error:
            terraform.close()
            if isinstance(error, PluginError):
                reason = redact(str(error), self._hidden)
                raise PluginError(f"the aws provider cannot be configured for {region}: {reason}") from None
            raise
        self._reporter.debug(f"provider for {region} ready in {time.monotonic() - begun:.2f} s")
        return terraform

    def _warn(self, problem: Problem) -> None:
        text = redact(problem.text(), self._hidden)
        self._reporter.warn(Finding("provider-warning", "", "pulumi:providers:aws", "", text))
