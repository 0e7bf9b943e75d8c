"""What the fork server of tests.forked has imported: all that Careroute's processes need.

The commands' own module is not among it: it is run anew in each fork, as an interpreter would run it.
"""

import gc
from importlib import import_module

for needed in (
    "celery.apps.worker",
    "celery.bin.celery",
    "celery.concurrency.prefork",
    "config.demo.run",
    "config.wiring.commands",
    "config.wiring.service",
    "kombu.transport.redis",
    "tasks.bootsteps",
    "tasks.intake",
    "tasks.notify",
    "tasks.route",
    "tasks.signals",
    "tasks.sweep",
):
    import_module(needed)

gc.collect()
# A garbage collection writes to what it looks at, and forks share memory for as long as nobody writes to it.
gc.freeze()
