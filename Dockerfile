# Two stages: the first builds our wheel and installs it with the pinned versions, the second only runs it.
FROM python:3.13-slim AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1

RUN python -m venv /opt/liaison
ENV PATH=/opt/liaison/bin:$PATH

WORKDIR /src
COPY pyproject.toml constraints.txt ./

# What we depend on changes less often than what we write: this layer stays while only our code changes.
RUN python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['dependencies'], sep='\n')" > dependencies.txt \
    && pip install --constraint constraints.txt --requirement dependencies.txt

COPY README.md LICENSE ./
COPY bot bot
COPY handlers handlers
COPY models models
COPY config config
RUN pip wheel --no-deps --wheel-dir /src/dist . \
    && pip install --constraint constraints.txt /src/dist/*.whl

FROM python:3.13-slim

LABEL org.opencontainers.image.title="Liaison" \
      org.opencontainers.image.description="政企直通: a WeChat service-account chatbot through which business owners reach the officials answerable for them" \
      org.opencontainers.image.licenses="Apache-2.0"

RUN useradd --create-home --home-dir /var/lib/liaison --shell /usr/sbin/nologin --uid 10001 liaison
COPY --from=build /opt/liaison /opt/liaison

ENV PATH=/opt/liaison/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    LIAISON_HOST=0.0.0.0 \
    LIAISON_PORT=8000

USER 10001
WORKDIR /var/lib/liaison
VOLUME /var/lib/liaison
EXPOSE 8000

HEALTHCHECK --interval=15s --timeout=4s --start-period=10s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['LIAISON_PORT'] + '/healthz', timeout=3)"]

CMD ["liaison", "serve"]
