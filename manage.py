#!/usr/bin/env python3
"""Django's command line for the portal; settings come from the environment (see chuangxian/settings.py)."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chuangxian.settings")
    if sys.argv[1:2] == ["runserver"]:
        os.environ.setdefault("CHUANGXIAN_DEBUG", "1")
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit("找不到 Django：请先运行 ./run，或激活 .venv 后再执行本命令。")
    try:
        from django.conf import settings

        settings.SECRET_KEY  # noqa: B018  loads the settings, so that a wrong one is one sentence and not a trace
    except ImproperlyConfigured as wrong:
        sys.exit(f"配置有误：{wrong}")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
