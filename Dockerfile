# Switchboard as one image: the router, each MCP server, migrations and every command are the same image, another command.
#   docker build -t switchboard:0.3.0 .
# To pin the image below to what was built once, replace its tag by its digest: --build-arg PYTHON=python@sha256:...
ARG PYTHON=python:3.11.14-slim-bookworm

FROM ${PYTHON} AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
# What not everybody needs: "telemetry stripe" for payments on Stripe.
ARG EXTRAS=telemetry
WORKDIR /build
COPY requirements ./requirements
RUN python -m venv /opt/switchboard \
 && /opt/switchboard/bin/pip install --require-hashes -r requirements/runtime.txt \
 && for extra in $EXTRAS; do /opt/switchboard/bin/pip install --require-hashes -r requirements/$extra.txt || exit 1; done
COPY . .
RUN /opt/switchboard/bin/pip install --no-deps --no-build-isolation .

FROM ${PYTHON}
LABEL org.opencontainers.image.title="Switchboard" org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin switchboard \
 && install -d -o 10001 -g 10001 -m 0700 /data /keys /anchor \
 && install -d -o 10001 -g 10001 -m 0755 /bundle
COPY --from=build /opt/switchboard /opt/switchboard
ENV PATH=/opt/switchboard/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    SWITCHBOARD_DATA=/data SWITCHBOARD_HOST=0.0.0.0 SWITCHBOARD_PORT=8080
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=4s --start-period=120s --retries=3 \
  CMD ["python", "-c", "import urllib.request as web; web.urlopen('http://127.0.0.1:8080/readyz', timeout=3)"]
ENTRYPOINT ["switchboard"]
CMD ["serve"]
