#!/bin/sh
# Installs the system packages that building, running or testing needs: only those missing, saying which.
# usage: system_packages.sh run|test
set -eu

build="build-essential cmake pkg-config sqlite3 libwayland-dev libxkbcommon-dev"
# What the program loads when it starts: Vulkan with Mesa's drivers (a software one among them), X11, Wayland.
start="libvulkan1 mesa-vulkan-drivers libxkbcommon-x11-0 libx11-6 libx11-xcb1 libxcursor1 libxi6 libxrandr2 libwayland-client0"
packages="$build $start"
[ "${1:-run}" = test ] && packages="$packages xvfb xdotool gdal-bin mosquitto mosquitto-clients libfaketime python3-venv postgresql postgresql-postgis"

if ! command -v cargo >/dev/null 2>&1; then
    echo "Rust is missing: install Rust 1.95 or newer from https://rustup.rs, then run this again." >&2
    exit 1
fi
if ! command -v apt-get >/dev/null 2>&1; then
    echo "This is no Debian or Ubuntu: please see to it that these, or their like, are installed: $packages" >&2
    exit 0
fi

# A Chinese font: any that the console knows will do; the large one is only fetched where none is.
known="Noto Sans CJK SC|Noto Sans SC|Source Han Sans|WenQuanYi|Droid Sans Fallback|SimHei|SimSun"
if ! fc-list :lang=zh-cn family 2>/dev/null | grep -Eq "$known" &&
    ! ls /usr/share/fonts/opentype/noto/NotoSansCJK* /usr/share/fonts/truetype/wqy/* >/dev/null 2>&1; then
    packages="$packages fonts-noto-cjk"
fi

missing=""
for package in $packages; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q "ok installed" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=""
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        echo "These packages are missing, and only root can install them:$missing" >&2
        echo "Run as root: apt-get install --no-install-recommends$missing" >&2
        exit 1
    fi
    as_root="sudo"
fi
echo "Installing the missing system packages:$missing" >&2
$as_root apt-get update -qq >&2
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >&2
