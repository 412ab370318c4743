# syntax=docker/dockerfile:1
#
# millrace on x86-64, or on arm64 without a GPU; with `--target gpu` for an NVIDIA GPU on x86-64 (docs/gpu.md):
#
#   docker build --tag millrace .
#   docker build --tag millrace-gpu --target gpu .          and then docker run --gpus all ...
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

FROM node:20-bookworm-slim AS runtime
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

# Libraries of CUDA 13 and of its provider; of the release of onnxruntime-node in package-lock.json.
FROM python:3.12-slim-bookworm AS gpu-libraries
ARG ONNXRUNTIME=1.30.0
RUN pip download --no-deps --dest /wheels "onnxruntime-gpu==$ONNXRUNTIME" \
  "nvidia-cuda-runtime==13.*" "nvidia-cublas==13.*" nvidia-cudnn-cu13 nvidia-curand \
  && for wheel in /wheels/*.whl; do python -m zipfile -e "$wheel" /gpu; done

FROM build AS gpu-build
COPY --from=gpu-libraries /gpu /gpu
RUN node dist/cli/main.js gpu install --from /gpu

# TensorRT is not in it, as it comes from NVIDIA's repository: install libnvinfer10, libnvonnxparsers10 and libnvinfer-plugin10 on top.
FROM runtime AS gpu
USER root
COPY --from=gpu-libraries /gpu/nvidia /opt/nvidia
COPY --from=gpu-build /app/node_modules/onnxruntime-node ./node_modules/onnxruntime-node
# The driver comes with the container's runtime; everything else must be there.
RUN find /opt/nvidia -type d -name lib > /etc/ld.so.conf.d/millrace-gpu.conf && ldconfig \
  && ! ldd node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime_providers_cuda.so | grep "not found" | grep -v libcuda.so
ENV NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,video,utility
USER millrace

# The last stage is what is built without --target.
FROM runtime
