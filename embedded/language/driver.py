"""Runs one Pulumi program; a script of its own because the program's interpreter may not be the host's.

Exit status: 0 done, 32 the program failed and has said so to the engine (the engine then prints no second message).
"""

from __future__ import annotations

import asyncio
import os
import runpy
import sys
import traceback

import pulumi
import pulumi.runtime
from pulumi.runtime import run_in_stack

BAIL = 32
"""The status by which Pulumi's language hosts say that the error was reported already."""


def main(arguments: list[str]) -> int:
    """Run the program that `arguments` (name, value, name, value …) describe."""
    given = dict(zip(arguments[::2], arguments[1::2], strict=True))
    pulumi.runtime.set_all_config(
        pulumi.runtime.config.get_config_env(), pulumi.runtime.config.get_config_secret_keys_env()
    )
    pulumi.runtime.configure(
        pulumi.runtime.Settings(
            monitor=given["monitor"],
            engine=given["engine"],
            project=given["project"],
            stack=given["stack"],
            organization=given["organization"],
            parallel=int(given["parallel"]),
            dry_run=given["dry_run"] == "true",
            root_directory=given["root"],
        )
    )
    program = given["program"]
    os.chdir(given["directory"])
    sys.path.insert(0, given["directory"])
    sys.argv = [program]

    def run() -> None:
        runpy.run_path(program, run_name="__main__")

    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        loop.run_until_complete(run_in_stack(run))
    except pulumi.RunError as error:
        pulumi.log.error(str(error))
        return BAIL
    except KeyboardInterrupt:  # the engine gives up: a resource failed, or the user pressed Ctrl-C
        return BAIL
    except Exception:
        pulumi.log.error("Program failed with an unhandled exception:\n" + traceback.format_exc())
        return BAIL
    return 0


if __name__ == "__main__":
    status = main(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)  # gRPC threads may still be alive; the engine waits for the process alone
