"""`python -m embedded.language ENGINE_ADDRESS`: started by the engine as `pulumi-language-python`."""

import os
import signal
import sys

# Before anything slow is imported: the engine may end a plug-in at any moment.
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda _number, _frame: os._exit(0))

from embedded.language.host import serve  # noqa: E402

serve(next((argument for argument in sys.argv[1:] if not argument.startswith("-")), ""))
