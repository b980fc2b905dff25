# Two stages: the first builds our wheel and installs it with the pinned versions, the second only runs it.
FROM python:3.13-slim AS build

WORKDIR /src
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1

RUN python -m venv /opt/liaison

# The pins change less often than the code: this layer is kept while only the code changes.
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY bot bot
COPY handlers handlers
COPY models models
COPY config config
RUN /opt/liaison/bin/pip install --constraint constraints.txt .

FROM python:3.13-slim

LABEL org.opencontainers.image.title="Liaison" \
      org.opencontainers.image.description="政企直通: a WeChat service-account chatbot through which business owners reach the officials answerable for them" \
      org.opencontainers.image.licenses="Apache-2.0"

RUN useradd --system --create-home --home-dir /var/lib/liaison --uid 10001 liaison
COPY --from=build /opt/liaison /opt/liaison

ENV PATH=/opt/liaison/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    LIAISON_HOST=0.0.0.0 \
    LIAISON_PORT=8000

USER liaison
WORKDIR /var/lib/liaison
VOLUME /var/lib/liaison
EXPOSE 8000

HEALTHCHECK --interval=15s --timeout=4s --start-period=10s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['LIAISON_PORT'] + '/healthz', timeout=3)"]

CMD ["liaison", "serve"]
