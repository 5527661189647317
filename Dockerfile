# The program alone: linked statically, no shell, no other user.
#   docker build -t dechaff .
#   docker run --rm -i dechaff clean < article.txt
#   docker run --rm -v "$PWD:/data" -u "$(id -u):$(id -g)" dechaff diff articles/
FROM rust:1.95-bookworm AS build
WORKDIR /dechaff
COPY . .
# glibc is linked statically: its allocator is faster on many threads than that of musl.
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/dechaff/target \
    target=$(rustc --print host-tuple) && \
    RUSTFLAGS=-Ctarget-feature=+crt-static cargo build --locked --release --bin dechaff --target "$target" && \
    cp "target/$target/release/dechaff" /usr/local/bin/dechaff

FROM scratch
COPY --from=build /usr/local/bin/dechaff /dechaff
# Temporary files and the journal of `clean -i` want a place: mount one and set TMPDIR and XDG_STATE_HOME.
WORKDIR /data
USER 65532:65532
ENTRYPOINT ["/dechaff"]
