#!/usr/bin/env bash
# Installs other tools under target/peers, from public registries, and runs them beside ours on the same
# files: `benches/peers.sh [--out FILE] [--rounds N] [--quick]`. What cannot be installed is skipped.
# DOSIMETER_PEERS names another folder for them, to be shared by several checkouts.
# Needs cargo, python3 with venv, cc, and for gitleaks and Hyperscan a Debian with apt.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-$PWD/target}
home=${DOSIMETER_PEERS:-$target/peers}
mkdir -p "$home"

skip() { echo "skipped: $*" >&2; }

# Python: the wheel of kingfisher holds the program itself.
if [ ! -x "$home/venv/bin/kingfisher" ]; then
  python3 -m venv "$home/venv" &&
    "$home/venv/bin/pip" --quiet --disable-pip-version-check install \
      kingfisher-bin==2.14.0 detect-secrets==1.5.0 presidio-analyzer==2.2.366 spacy ||
    skip "kingfisher, detect-secrets, Presidio: not installable with pip"
fi

# Debian packages are unpacked, not installed: nothing outside of target changes.
unpack() { # DIRECTORY PACKAGE…
  local directory=$home/$1
  shift
  [ -d "$directory" ] && return
  mkdir -p "$home/debs"
  rm -f "$home"/debs/*
  (cd "$home/debs" && apt-get "${apt[@]}" download "$@" >/dev/null 2>&1) || { skip "$*: not in Debian"; return; }
  for package in "$home"/debs/*.deb; do dpkg -x "$package" "$directory"; done
}
if command -v apt-get >/dev/null && command -v dpkg >/dev/null; then
  apt=(-o APT::Sandbox::User=root)
  unpack hyperscan libhyperscan5 libhyperscan-dev
  unpack vectorscan libvectorscan5 libvectorscan-dev
  # gitleaks is in newer releases only; an own list of packages leaves the system's alone.
  if [ ! -d "$home/gitleaks" ]; then
    mkdir -p "$home/apt/lists/partial" "$home/apt/cache/archives/partial"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian sid main" \
      >"$home/apt/sources.list"
    apt+=(-o "Dir::Etc::sourcelist=$home/apt/sources.list" -o Dir::Etc::sourceparts=/dev/null
      -o "Dir::State::Lists=$home/apt/lists" -o "Dir::Cache=$home/apt/cache")
    apt-get "${apt[@]}" update -qq || skip "the list of Debian's packages cannot be read"
    unpack gitleaks gitleaks
  fi
else
  skip "gitleaks, Hyperscan, Vectorscan: this is no Debian"
fi
for engine in hyperscan vectorscan; do
  root=$home/$engine/usr
  library=$(find "$root" -name libhs.a 2>/dev/null | head -n 1)
  [ -z "$library" ] || [ "$home/hs-$engine" -nt benches/peers/hyperscan.c ] ||
    cc -O2 -I"$root/include/hs" -o "$home/hs-$engine" benches/peers/hyperscan.c "$library" -lstdc++ -lm ||
    skip "$engine: the program around it does not compile"
done
[ -x "$home/dd-sds" ] ||
  { cargo build --quiet --release --manifest-path benches/peers/dd-sds/Cargo.toml --target-dir "$home/dd-target" \
    && cp "$home/dd-target/release/dd-sds" "$home/dd-sds"; } ||
  skip "dd-sensitive-data-scanner: does not build"
skip "betterleaks: in no registry as a program (kingfisher has its rules)"

cargo build --quiet --profile bench --package dosimeter-benches
cargo build --quiet --profile bench --package dosimeter-cli
exec python3 benches/peers/run.py "$home" "$target/release/bench" "$target/release/dosimeter" "$@"
