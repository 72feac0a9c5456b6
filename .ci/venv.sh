# Sourced by run, test and .ci/run: a Python, a virtual environment in .venv, the pinned packages in it.
# Needs nothing but bash, coreutils and Python 3.11 with venv.

say() { printf '%s\n' "$*"; }
fail() { printf '%s\n' "$*" >&2; exit 1; }

find_python() {
    local candidate
    for candidate in "${PYTHON:-python3}" python3 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s' "$candidate"
            return
        fi
    done
    fail "需要 Python 3.11 或更新版本，并带 venv 模块：在 Debian 或 Ubuntu 上请先执行 apt install python3 python3-venv。"
}

make_venv() {
    if [ -x .venv/bin/python ] && compgen -G '.venv/lib/python3*/site-packages/pip' >/dev/null; then
        return # a half-made one, or one whose Python is gone, is made anew
    fi
    local python
    python=$(find_python) || exit 1
    say "· 建立虚拟环境 .venv（$("$python" --version)）"
    rm -rf .venv
    "$python" -m venv .venv || fail "建不了虚拟环境 .venv：请看上面的说明，多半是磁盘已满或缺 python3-venv。"
}

# install_packages FILE…: what the lock files say, checked by hash; nothing to do when none of them has changed.
install_packages() {
    local file hash stamp line name seen=0 total
    for file in "$@"; do
        hash=$(sha256sum <"$file")
        stamp=.venv/installed-$file
        if [ "$(cat "$stamp" 2>/dev/null)" = "$hash" ]; then
            continue
        fi
        total=$(grep -c '^[a-zA-Z0-9._-]*==' "$file")
        say "· 安装 $file 中的软件包（最多 $total 个，已有的跳过）"
        .venv/bin/python -m pip install --disable-pip-version-check --no-input --require-hashes -r "$file" \
            >.venv/pip.log 2>&1 &
        local pip=$!
        trap 'kill "$pip" 2>/dev/null; exit 130' INT TERM  # a job in the background does not hear Ctrl-C by itself
        while kill -0 "$pip" 2>/dev/null; do
            sleep 0.5
            if [ -t 1 ]; then
                seen=$(grep -c -E '^(Collecting|Requirement already)' .venv/pip.log || true)
                printf '\r  %s / %s ' "$seen" "$total"
            fi
        done
        [ -t 1 ] && printf '\r                    \r'
        if ! wait "$pip"; then
            grep -E '^ *ERROR' .venv/pip.log | tail -3 >&2
            fail "软件包没有装好：多半是网络不通，或磁盘已满。全部输出在 .venv/pip.log，改好后再运行一次即可接着来。"
        fi
        trap - INT TERM
        printf '%s' "$hash" >"$stamp"
    done
}

find_chromium() {
    local candidate
    for candidate in chromium chromium-browser google-chrome google-chrome-stable; do
        command -v "$candidate" && return
    done
    return 1
}
