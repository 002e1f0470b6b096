# One image with four programs; compose.yml says which of them runs.

FROM rust:1-bookworm AS build
WORKDIR /src
# Node's package manager fetches GraphiQL's files, which then need no network.
RUN apt-get update && apt-get install --yes --no-install-recommends npm && rm -rf /var/lib/apt/lists/*
COPY . .
# The router is built alone: together with the others, Cargo would unify features and put the whole shop into it.
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/src/target \
    cargo build --locked --release --package rialto --no-default-features \
    && install -D --target-directory=/out target/release/rialto \
    && cargo build --locked --release --package users --package products --package orders \
    && install -D --target-directory=/out target/release/users target/release/products target/release/orders

FROM debian:bookworm-slim
RUN apt-get update && apt-get install --yes --no-install-recommends ca-certificates curl && rm -rf /var/lib/apt/lists/* \
    && useradd --system rialto && install --directory --owner=rialto --mode=0700 /data
COPY --from=build /out/ /usr/local/bin/
COPY --from=build /src/schema/supergraph.graphql /src/schema/graphiql.json /usr/share/rialto/
USER rialto
WORKDIR /data
CMD ["rialto", "--help"]
