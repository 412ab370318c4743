# syntax=docker/dockerfile:1
#
# millrace on x86-64, or on arm64 without a GPU:
#
#   docker build --tag millrace .
#   docker run --network host --volume /etc/millrace:/etc/millrace:ro --volume millrace:/var/lib/millrace millrace
#
# This file has not been built yet. Containers often forbid user namespaces: isolated code blocks then reach the level
# "process", and the container is the boundary (docs/isolation.md).

FROM node:20-bookworm AS build
WORKDIR /app
COPY package.json package-lock.json tsconfig.json ./
COPY scripts ./scripts
COPY src ./src
# `prepare` builds; afterwards only what runs is kept.
RUN npm ci --no-audit --no-fund && npm prune --omit=dev --ignore-scripts

FROM node:20-bookworm-slim
# util-linux has setpriv, which binds decoders to the life of the daemon; bubblewrap isolates code.
RUN apt-get update \
  && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends ffmpeg util-linux bubblewrap \
  && rm -rf /var/lib/apt/lists/* \
  && useradd --system --groups video --home-dir /var/lib/millrace --create-home millrace
WORKDIR /app
COPY LICENSE NOTICE README.md ./
COPY config ./config
COPY demo ./demo
COPY schemas ./schemas
COPY systemd ./systemd
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist

ENV NODE_ENV=production
USER millrace
VOLUME /var/lib/millrace
# For a config that leaves "http" as it is; with `http: null` switch it off with --no-healthcheck.
HEALTHCHECK --start-period=60s --interval=30s --timeout=5s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8480/health/live').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/dist/cli/main.js"]
CMD ["start", "--supervise", "--config", "/etc/millrace/millrace.yaml"]
