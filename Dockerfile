# Two stages: the first installs what the lock names, the second holds nothing that built it.
FROM python:3.11-slim AS build
RUN python -m venv /opt/careroute
COPY requirements.lock .
# Exactly what the lock names, and nothing whose hash is another.
RUN /opt/careroute/bin/pip install --no-cache-dir --require-hashes --no-deps --requirement requirements.lock

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /srv/careroute --shell /usr/sbin/nologin careroute \
 && install --directory --owner careroute /srv/careroute /srv/careroute/data
WORKDIR /srv/careroute
COPY --from=build /opt/careroute /opt/careroute
COPY router router
COPY adapters adapters
COPY config config
COPY tasks tasks
# The bytecode is made now, since the processes may not write here.
RUN /opt/careroute/bin/python -m compileall -q router adapters config tasks \
 && printf '#!/bin/sh\nexec /opt/careroute/bin/python -m config.command "$@"\n' > /usr/local/bin/careroute \
 && chmod 755 /usr/local/bin/careroute
ENV PATH="/opt/careroute/bin:$PATH" PYTHONPATH=/srv/careroute PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER careroute
EXPOSE 8000
# Whether the process lives: neither database nor broker is asked, as restarting this would mend neither.
HEALTHCHECK --interval=10s --timeout=5s --start-period=75s --retries=3 \
  CMD ["python", "-c", "import urllib.request as web; web.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
# The command itself is process 1, so that signals reach it.
ENTRYPOINT ["python", "-m", "config.command"]
CMD ["run", "--host", "0.0.0.0"]
