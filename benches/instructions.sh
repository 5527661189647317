#!/usr/bin/env bash
# Counts instructions per byte of input with valgrind's callgrind: the counts are steady on machines where
# times are not. Fails if a count is more than 3 % above its value in benches/instructions.txt, which
# `UPDATE=1 benches/instructions.sh` writes; or if a hostile input that is four times as long costs more than
# 4.4 times as much.
#
# Measures the optimised program that `cargo test` builds, because a release build takes minutes. A release
# has further optimisations and lacks some checks of the standard library, which changes all counts in
# proportion.
set -euo pipefail
cd "$(dirname "$0")/.."
# Incremental builds have other counts. `--test it` unites the features of dependencies as in `cargo test`,
# so that nothing is built twice.
CARGO_INCREMENTAL=0 cargo test --quiet --locked --no-run --test it
# The target directory may be another one than target/.
program=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')/debug/dechaff
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Documents once and twice: the difference is what they cost without the start and without the patterns that are built at first use.
python3 benches/sample.py articles 60 > "$work/articles.jsonl"
python3 benches/sample.py pages 40 > "$work/pages.jsonl"
for input in articles pages; do
  cat "$work/$input.jsonl" "$work/$input.jsonl" > "$work/$input-twice.jsonl"
done
printf '{"text":""}\n' > "$work/nothing.jsonl"
for rules in 50 2000 hostile; do
  python3 benches/rules.py "$rules" > "$work/$rules.toml"
done

count() {
  XDG_CONFIG_HOME=$work valgrind --tool=callgrind --callgrind-out-file=/dev/null \
    "$program" clean -q -j1 --isolated "$@" 2>&1 > /dev/null | sed -n 's/.*refs: *//p' | tr -d ,
}

# begin NAME ARGUMENTS...: counts in the background, at most one process for each core, and writes the count
# to NAME.count.
begin() {
  count "${@:2}" > "$work/$1.count" &
  (($(jobs -rp | wc -l) < $(nproc))) || wait -n
}
begin start "$work/nothing.jsonl"
for times in "" -twice; do
  begin "articles$times" "$work/articles$times.jsonl"
  begin "pages$times" "$work/pages$times.jsonl"
  begin "without-page$times" --ignore page "$work/articles$times.jsonl"
done
kinds=$(python3 benches/hostile.py)
for lines in 2000 8000; do
  for ((kind = 0; kind < kinds; kind++)); do
    python3 benches/hostile.py "$kind" "$lines" > "$work/hostile-$kind-$lines.txt"
    begin "hostile-$kind-$lines" "$work/hostile-$kind-$lines.txt"
  done
  # One source with all pages, and a source for each page.
  for hosts in 1 "$lines"; do
    name=hostile-learn-$((hosts > 1))-$lines
    for ((page = 0; page < lines / 4; page++)); do
      printf '{"url":"https://s%s.example/%s","text":"Page %s tells of rain.\\nHome\\nImprint\\n"}\n' $((page % hosts)) $page $page
    done > "$work/$name.jsonl"
    begin "$name" --learn "$work/$name.jsonl"
  done
done
# With a user's rules the start grows with the rules, so it is counted apart.
for rules in 50 2000 hostile; do
  begin "$rules-start" --rules "$work/$rules.toml" "$work/nothing.jsonl"
  begin "$rules" --rules "$work/$rules.toml" "$work/articles.jsonl"
done
wait
for counted in "$work"/*.count; do
  [[ -s $counted ]] || { echo "not counted: $(basename "$counted" .count)" >&2; exit 1; }
done
of() { cat "$work/$1.count"; }
per_byte() { echo $((($(of "$1-twice") - $(of "$1")) / $(wc -c < "$work/$2.jsonl"))); }
with() { echo $(($(of "$1") - $(of "$1-start"))); }
few=$(with 50) many=$(with 2000) hostile=$(with hostile) none=$(($(of articles) - $(of start)))
measured="start-up $(of start)
articles $(per_byte articles articles)
pages $(per_byte pages pages)
without-page $(per_byte without-page articles)"
printf '2,000 rules of a user against 50: %s %%; hostile ones against none: %s %%\n' $((many * 100 / few)) $((hostile * 100 / none))
if ((many * 100 > few * 115 || hostile > 5 * none)); then
  echo "users' rules cost more than 115 % and 500 %" >&2
  failed=1
fi
for short in "$work"/hostile-*-2000.count; do
  name=$(basename "$short" -2000.count)
  times=$((($(of "$name-8000") - $(of start)) * 100 / ($(of "$name-2000") - $(of start))))
  printf '%s, four times as long: %s %%\n' "$name" "$times"
  if ((times > 440)); then
    echo "$name: the cost does not grow in proportion" >&2
    failed=1
  fi
done
printf 'instructions of a start, and per byte of documents:\n%s\n' "$measured"

kept=benches/instructions.txt
if [[ -n ${UPDATE:-} ]]; then
  printf '%s\n' "$measured" > "$kept"
  exit
fi
while read -r name now; do
  before=$(sed -n "s/^$name //p" "$kept")
  if ((now * 100 > before * 103)); then
    printf '%s: %s, more than 3 %% above %s in %s\n' "$name" "$now" "$before" "$kept" >&2
    failed=1
  fi
done <<< "$measured"
exit "${failed:-0}"
