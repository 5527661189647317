#!/usr/bin/env bash
# Instructions per byte of input, counted by valgrind's callgrind: steady where time is not. Fails if they are more than 3 %
# above benches/instructions.txt; `UPDATE=1 benches/instructions.sh` writes that file anew.
#
# Of an optimised program, but linked as quickly as may be: what a release adds takes minutes and moves all counts alike.
# Start-up is subtracted, and counted on its own.
set -euo pipefail
cd "$(dirname "$0")/.."
export CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16
cargo build --quiet --locked --release --target-dir target/instructions
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The corpus as records, four times over, with a number in each document so that no two are the same.
input=$work/corpus.jsonl
files=(corpus/scraped/*)
for round in 1 2 3 4; do
  for file in "${files[@]}"; do
    printf '{"id":"%s","text":"%s"}\n' "$round" \
      "$(sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/\t/\\t/g' -e "s/\$/\\\\n/" "$file" | tr -d '\r\n')$round"
  done
done > "$input"
printf '{"text":""}\n' > "$work/nothing.jsonl"
for rules in 50 2000 hostile; do
  python3 benches/rules.py "$rules" > "$work/$rules.toml"
done

count() {
  XDG_CONFIG_HOME=$work valgrind --tool=callgrind --callgrind-out-file=/dev/null \
    target/instructions/release/dechaff clean -q -j1 --isolated "$@" 2>&1 > /dev/null | sed -n 's/.*refs: *//p' | tr -d ,
}

bytes=$(wc -c < "$input")
start=$(count "$work/nothing.jsonl")
all=$(count "$input")
phrases=$(count --ignore page "$input")
# With users' rules, of documents alone: the start that grows with the rules is counted apart.
with() {
  local rules=(--rules "$work/$1.toml")
  echo $(($(count "${rules[@]}" "$input") - $(count "${rules[@]}" "$work/nothing.jsonl")))
}
few=$(with 50)
many=$(with 2000)
hostile=$(with hostile)
measured="start-up $start
everything $(((all - start) / bytes))
without-page $(((phrases - start) / bytes))"
printf '2,000 rules of a user against 50: %s %%; hostile ones against none: %s %%\n' $((many * 100 / few)) $((hostile * 100 / (all - start)))
if ((many * 100 > few * 115 || hostile > 5 * (all - start))); then
  echo "users' rules cost more than 115 % and 500 %" >&2
  failed=1
fi
printf '%s bytes of input; instructions, of documents per byte:\n%s\n' "$bytes" "$measured"

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
