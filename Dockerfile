# Hubbub as a container: one image that serves, delivers, and is managed. compose.yaml shows how; docs/deployment.md says more.
FROM python:3.13-slim-bookworm AS packages
RUN apt-get update && apt-get install --yes --no-install-recommends gcc libc6-dev
WORKDIR /srv/hubbub
COPY requirements.txt .
COPY scripts scripts
COPY realtime/engine/fan_out.c realtime/engine/
RUN python scripts/install.py run
ARG S3=
COPY requirements-s3.txt .
RUN [ -z "$S3" ] || .venv/bin/python -m pip install --quiet -r requirements-s3.txt

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /var/lib/hubbub --create-home hubbub
WORKDIR /srv/hubbub
COPY --from=packages /srv/hubbub/.venv .venv
COPY . .
ENV PATH="/srv/hubbub/.venv/bin:$PATH" \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DATA_DIR=/var/lib/hubbub
USER hubbub
VOLUME /var/lib/hubbub
EXPOSE 8000
# A process that lives is healthy: one whose database is away would not be helped by a restart.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
ENTRYPOINT ["python", "manage.py"]
CMD ["serve", "--host", "0.0.0.0"]
