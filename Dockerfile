# Sotto as a container. Its root file system may be read-only; all it writes goes to /data. No secret is in the image.

FROM node:24.21.0-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The optional packages are other copies of Node. None of the rest needs a script of its own to be installed.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM node:24.21.0-slim
ENV NODE_ENV=production
ENV SOTTO_DATA=/data
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
# Readable by everybody, whatever umask the checkout was made with.
COPY --chmod=0755 package.json LICENSE NOTICE ./
COPY --chmod=0755 manifest ./manifest
# The playground's stand-ins are what "ask" and "playground" run on; "serve" never loads them.
COPY --chmod=0755 playground ./playground
COPY --chmod=0755 src ./src
RUN mkdir -m 0700 /data && chown 10001:10001 /data
VOLUME /data
# A number, so that "must not run as root" can be checked without a look into the image.
USER 10001:10001
EXPOSE 3978
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.SOTTO_OPS_PORT ?? 9464) + '/health/ready', { signal: AbortSignal.timeout(4000) }).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "src/cli.ts"]
CMD ["serve"]
