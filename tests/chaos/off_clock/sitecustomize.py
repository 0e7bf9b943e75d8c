"""Found by a Python process whose PYTHONPATH begins with this folder: it and its forks live on another clock.

The environment says how many hours it is off. Everything that Python tells of the time is moved; what merely measures,
such as time.monotonic(), goes on as it was.
"""

import os
from datetime import timedelta

import time_machine

time_machine.travel(timedelta(hours=float(os.environ["CLOCK_OFF_BY_HOURS"]))).start()
