"""What a hint looks like on a real broker."""

import json
import subprocess
import sys

import redis

# In a process of its own, as there is one Celery instance for each.
PUBLISH = """
import sys
from config import celery

celery.connect(sys.argv[1])
celery.publish("route")
celery.publish("route")
celery.app.send_task("careroute.route", queue="route", expires=celery.HINT_EXPIRES_SECONDS, ignore_result=True)
"""
OF_EACH = {"id", "root_id", "expires"}


def test_a_hint_is_what_celery_sends_for_the_name_of_a_task(broker_url: str) -> None:
    """Nothing but what tells one from the other differs, also from one hint to the next."""
    subprocess.run([sys.executable, "-c", PUBLISH, broker_url], check=True)

    with redis.Redis.from_url(broker_url) as client:
        *hints, sent = [json.loads(one) for one in reversed(client.lrange("route", 0, -1))]

    assert len(hints) == 2
    for name in OF_EACH:
        assert len({one["headers"].pop(name) for one in (*hints, sent)}) == 3, name
    assert [(hint["body"], hint["headers"]) for hint in hints] == [(sent["body"], sent["headers"])] * 2
