#!/usr/bin/env bash
# Install the Debian packages that the engine, browser and lab parts of the suite need.
# Without root or apt it says what is missing and leaves the parts to report themselves as skipped.
set -euo pipefail
packages=(
  apt-utils chromium dpkg-dev fonts-dejavu-core fonts-liberation golang-go haproxy iproute2 mmdebstrap openssh-client
  postgresql procps systemd-container util-linux
)
if ! command -v dpkg-query >/dev/null; then
  echo "system: not a Debian machine; the lab and browser parts need: ${packages[*]}"
  exit 0
fi
missing=()
for package in "${packages[@]}"; do
  [[ $package == golang-go ]] && command -v go >/dev/null && continue
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
[[ ${#missing[@]} -eq 0 ]] && exit 0
if [[ $(id -u) -ne 0 ]]; then
  echo "system: missing ${missing[*]}; install them as root for the parts that need them"
  exit 0
fi
echo "system: installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
