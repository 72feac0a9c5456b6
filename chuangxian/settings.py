"""All settings, from the environment only (deploy/env.example lists every variable; environment.py reads them).

PROFILE=embedded (default): SQLite, a broker made of files, mail as files, everything under CHUANGXIAN_DATA (var/).
PROFILE=production: PostgreSQL, Redis, SMTP, HTTPS; whatever is missing stops the start with a sentence.
"""

import os
from datetime import time, timedelta
from pathlib import Path

from csp.constants import NONE, SELF

from chuangxian import environment

# ---------------------------------------------------------------------------------------------------------------------
# Policy: numbers a party office may want to change. Rooms read them as settings.X; docs/decisions say why they are so.

# Reminders: days before the date on which the responsible person hears of it (0 = on the day), and how often after it.
REMINDER_LEAD_DAYS = (7, 3, 0)
MILESTONE_LEAD_DAYS = (30, 7, 1)
PHASE_STARTING_LEAD_DAYS = (3,)
PHASE_ENDING_LEAD_DAYS = (7, 1)
OVERDUE_EVERY_DAYS = 7
OVERDUE_REMINDERS_MOST = 4
TASK_OVERDUE_REMINDERS_MOST = 26  # a task keeps asking until it is done, for half a year at most
REVIEW_WAITING_DAYS = (3, 7)  # a submitted pledge has waited this long for its reader
REMINDER_PREVIEW_DAYS = 14

# Pledges: counts warn, they never block.
PLEDGE_ITEMS_HINT: dict[str, tuple[int, int | None]] = {"member": (1, 5), "organization": (1, None)}  # least, most
PLEDGE_OPTIONAL_MEMBER_TYPES = ("retired",)  # pledge if they like; not counted as missing
PLEDGE_SIMILAR_FROM = 0.85  # share of equal text from which "nearly a copy" is said
AUTOSAVE_SECONDS = 15

# Reviews and comments.
REVIEW_OPTIONAL_MEMBER_TYPES = (
    "retired",
)  # review themselves and are commented on if they like; not counted as missing
RECTIFY_DAYS = 60  # how long a shortcoming has that nobody set a day for
ESCALATE_AFTER_DAYS = 14  # overdue so long, it is told to the level above
ACKNOWLEDGE_WAITING_DAYS = (3, 7)  # a comment has waited this long for its signature

# Mass evaluation, see docs/decisions/0060-ballots-without-a-trace.md.
MIX_FROM_BALLOTS = 20  # so many new ballots are rewritten in random order together
MIX_EVERY = timedelta(seconds=5)  # and not more often than this
REMARKS_FROM = 10  # remarks are shown from so many
CODE_FAILURES_FROM_ADDRESS = 20  # wrong codes a minute; right ones are never limited
CODE_FAILURES_OVERALL = 300  # a minute, over all addresses
FEED_FAILURES_FROM_ADDRESS = 60  # calendar addresses that lead nowhere, a minute; a school's programs share one
FEED_FAILURES_OVERALL = 600  # a minute, over all addresses
RESERVE_SHARE = 0.05  # of the slips of a category, kept back

# Uploads.
UPLOAD_MAX_BYTES = 20 * 1024 * 1024
UPLOAD_SUFFIXES = (".pdf", ".docx", ".xlsx", ".pptx", ".jpg", ".jpeg", ".png", ".webp", ".txt")
UPLOAD_FILES_PER_ENTRY = 9
UPLOAD_BRANCH_QUOTA_BYTES = 2 * 1024**3
SHEET_MAX_BYTES = 10 * 1024 * 1024
SHEET_MAX_ENTRIES = 200
SHEET_MAX_UNPACKED_BYTES = 100 * 1024 * 1024
SHEET_MAX_RATIO = 100
SHEET_MAX_ROWS = 10_000
SHEET_MAX_COLUMNS = 60

# Lists and exports.
PAGE_SIZE = 50
EXPORT_IN_BACKGROUND_FROM_ROWS = 5_000

# Sign-in: a long form is lost at neither figure (drafts are kept on the server), see docs/decisions/0003.
SESSION_IDLE = timedelta(hours=2)
SESSION_ABSOLUTE = timedelta(hours=12)
SIGN_IN_FAILURES = 5
SIGN_IN_PAUSE = timedelta(minutes=15)
SIGN_IN_FAILURES_FROM_ADDRESS = 50  # within the window, over all accounts; browsers known from before are not stopped
SIGN_IN_ADDRESS_WINDOW = timedelta(hours=1)
KNOWN_BROWSER_AGE = timedelta(days=180)
PASSWORD_MIN_LENGTH = 10
PASSWORD_LOCAL_WORDS = ("chuangxianzhengyou", "chuangxian", "zhengyou", "cxzy", "jiaoyanshi", "jiaoyan", "changzhou", "dangzhibu",
                        "dangyuan", "zhibu", "zongzhi", "创先争优", "教研室", "党支部", "党员")  # fmt: skip
INITIAL_PASSWORD_VALID = timedelta(hours=72)

# Mail: the lease outlives the slowest sending; the ladder of retries is spread by ± MAIL_RETRY_SPREAD.
MAIL_LEASE = timedelta(seconds=120)
MAIL_SMTP_TIMEOUT_SECONDS = 30
MAIL_RETRY_LADDER = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 720))
MAIL_RETRY_SPREAD = 0.2
MAIL_TRIES_MOST = 8
MAIL_GIVE_UP_AFTER = timedelta(hours=48)
MAIL_BATCH = 50

# 免打扰: a mail posted then leaves at their end (real time, Asia/Shanghai); the inbox tells at once. The day's digest leaves after them.
QUIET_HOURS = environment.hours(os.environ, "QUIET_HOURS", "21:30-07:00")
DIGEST_AT = time(7, 30)
LEAD_DAYS_MOST = 366  # how far ahead the office may have people reminded, and how often
LEAD_TIMES_MOST = 6
SNOOZE_DAYS_MOST = 14

# Group robots: what is called must be one of these, over https. A house with its own gateway adds its host (and port).
WEBHOOK_HOSTS = ("qyapi.weixin.qq.com", "oapi.dingtalk.com", "open.feishu.cn")
WEBHOOK_OWN_HOSTS = tuple(environment.words(os.environ, "WEBHOOK_HOSTS"))
WEBHOOK_PLAIN_HOSTS: tuple[str, ...] = ()  # without TLS; the tests' own server
WEBHOOK_PROXY = environment.text(os.environ, "WEBHOOK_PROXY")
WEBHOOK_TIMEOUT_SECONDS = 8
WEBHOOK_BATCH = 6  # so many slow answers still fit into half a lease
WEBHOOK_ANSWER_MAX_BYTES = 8 * 1024
WEBHOOK_CHANNELS_MOST = 10  # of one organisation

# The clock that drives reminders: administrators see a banner when it has been silent for this long.
TICK_EVERY = timedelta(seconds=60)
TICK_SILENT_AFTER = timedelta(seconds=180)
DISK_FREE_LEAST_SHARE = 0.05

# ---------------------------------------------------------------------------------------------------------------------
# Where we are

BASE_DIR = Path(__file__).resolve().parent.parent
PROFILE = environment.choice(os.environ, "PROFILE", ("embedded", "production"))
PRODUCTION = PROFILE == "production"
if PRODUCTION:
    environment.require_all(os.environ)
DEBUG = environment.flag(os.environ, "CHUANGXIAN_DEBUG")
if PRODUCTION and DEBUG:
    raise environment.wrong("生产环境不能打开 CHUANGXIAN_DEBUG：出错页会把内部信息给所有人看。")

DATA = Path(environment.text(os.environ, "CHUANGXIAN_DATA") or BASE_DIR / "var").resolve()
if not PRODUCTION:
    environment.folder(DATA / "static")
CHUANGXIAN_TODAY = environment.day(os.environ, "CHUANGXIAN_TODAY")
CHUANGXIAN_DEMO = environment.flag(os.environ, "CHUANGXIAN_DEMO")
if PRODUCTION and CHUANGXIAN_DEMO:
    raise environment.wrong("生产环境不能打开 CHUANGXIAN_DEMO：演示账号的口令写在登录页上。")

SECRET_KEY = environment.secret_key(os.environ, "SECRET_KEY", keep_in=None if PRODUCTION else DATA / "secret_key")
BALLOT_PEPPER = environment.secret_key(
    os.environ, "BALLOT_PEPPER", keep_in=None if PRODUCTION else DATA / "ballot_pepper"
)
SECRET_KEY_FALLBACKS = environment.words(os.environ, "SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = environment.words(os.environ, "ALLOWED_HOSTS", "" if PRODUCTION else "localhost,127.0.0.1,[::1]")
SITE_URL = environment.site_url(os.environ, "SITE_URL", "" if PRODUCTION else "http://127.0.0.1:8000")
CSRF_TRUSTED_ORIGINS = [SITE_URL]
TRUSTED_PROXIES = environment.networks(os.environ, "TRUSTED_PROXIES")

# ---------------------------------------------------------------------------------------------------------------------
# Django

INSTALLED_APPS = [
    "accounts.apps.LookingAdminConfig",  # Django's admin, for looking only
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "crispy_forms",
    "crispy_bootstrap5",
    "axes",
    "django_filters",
    "django_htmx",
    "csp",
    "chuangxian",
    "accounts",
    "branches",
    "schedule",
    "pledges",
    "reviews",
    "awards",
    "reports",
]

MIDDLEWARE = [
    "chuangxian.proxies.TrustedProxies",
    "chuangxian.no_trace.NoTrace",
    "chuangxian.logs.RequestId",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "chuangxian.sessions.SessionLifetime",
    "accounts.middleware.SignInRequired",
    "accounts.middleware.InitialPassword",
    "axes.middleware.AxesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "chuangxian.middleware.PrivatePages",
    "chuangxian.middleware.TimeMachine",
    "branches.middleware.StandingMiddleware",
    "reports.middleware.PastDayRight",
    "chuangxian.middleware.Collisions",
]

ROOT_URLCONF = "chuangxian.urls"
WSGI_APPLICATION = "chuangxian.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "reports.context.page",
            ]
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

DATABASES = {"default": environment.database(os.environ, "DATABASE_URL", DATA / "db.sqlite3")}
SILENCED_SYSTEM_CHECKS = environment.words(os.environ, "SILENCED_CHECKS")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = Path(environment.text(os.environ, "STATIC_ROOT") or DATA / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = DATA / "media"  # never served by URL: a view checks the rights of each file
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
# Embedded, files are served straight from where they lie: nothing to collect, nothing that can be stale.
WHITENOISE_USE_FINDERS = not PRODUCTION
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# ---------------------------------------------------------------------------------------------------------------------
# Who signs in

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "accounts:sign_in"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "accounts.passwords.UnlikeOneself",
        "OPTIONS": {"user_attributes": ("username", "display_name", "email")},
    },
    {
        "NAME": "accounts.passwords.MinimumLength",
        "OPTIONS": {"min_length": PASSWORD_MIN_LENGTH},
    },
    {"NAME": "accounts.passwords.NotCommon"},
    {"NAME": "accounts.passwords.NotOnlyDigits"},
    {"NAME": "accounts.passwords.LocalWords"},
]
PASSWORD_RESET_TIMEOUT = 30 * 60

# By account and address together: a stranger cannot lock an account, nor one bad guesser a whole school's address.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = SIGN_IN_FAILURES
AXES_COOLOFF_TIME = SIGN_IN_PAUSE
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_DISABLE_ACCESS_LOG = True  # accounts.LogEntry keeps it, with our own words and for as long as it must
AXES_ENABLE_ADMIN = False
AXES_LOCKOUT_CALLABLE = "accounts.views.sign_in_paused"
AXES_VERBOSE = False

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = int(SESSION_ABSOLUTE.total_seconds())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "chuangxian.lost_forms.token_missing"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# ---------------------------------------------------------------------------------------------------------------------
# What browsers may do

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if PRODUCTION:
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz/"]
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")  # believed from TRUSTED_PROXIES only

# ---------------------------------------------------------------------------------------------------------------------
# Redis, Celery, mail

REDIS_URL = environment.redis_url(os.environ, "REDIS_URL")
REDIS_TIMEOUT_SECONDS = 0.5
if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "chuangxian.cache.OptionalRedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": "chuangxian",
            # redis-py would otherwise try again for six seconds, in every page
            "OPTIONS": {
                "retry": None,
                "socket_timeout": REDIS_TIMEOUT_SECONDS,
                "socket_connect_timeout": REDIS_TIMEOUT_SECONDS,
            },
        }
    }
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_DEFAULT_QUEUE = "chuangxian"
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 300,  # longer than the longest task: then a killed worker's message comes back
        "global_keyprefix": "chuangxian:",
        "socket_timeout": REDIS_TIMEOUT_SECONDS,
        "socket_connect_timeout": REDIS_TIMEOUT_SECONDS,
        # without these a request that rings while Redis is down waits six seconds; the worker reconnects by itself
        "max_retries": 0,
        "interval_start": 0,
        "interval_step": 0,
        "interval_max": 0,
    }
else:
    BROKER = environment.folder(DATA / "broker")
    CELERY_BROKER_URL = "files://localhost"  # chuangxian/file_broker.py
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER),
        "data_folder_out": str(BROKER),
        "control_folder": str(environment.folder(BROKER / "control")),
        "polling_interval": 0.05,  # the default of one second makes six tasks a second
    }
TICK_TASK = "schedule.tasks.tick"
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"  # nothing to remember: every tick asks the database what is due
CELERY_BEAT_SCHEDULE = {
    name: {"task": task, "schedule": TICK_EVERY, "options": {"expires": TICK_EVERY.total_seconds()}}
    for name, task in {"tick": TICK_TASK, "reports": "reports.tasks.make_reports"}.items()
}

for _name, _value in environment.email(os.environ, "EMAIL_URL", DATA / "mail").items():
    globals()[_name] = _value
EMAIL_TIMEOUT = MAIL_SMTP_TIMEOUT_SECONDS
DEFAULT_FROM_EMAIL = SERVER_EMAIL = environment.text(
    os.environ, "DEFAULT_FROM_EMAIL", "创先争优 <chuangxian@localhost.localdomain>"
)

# ---------------------------------------------------------------------------------------------------------------------
# Logging: to standard error; whoever starts the process decides where that goes

LOG_LEVEL = environment.choice(os.environ, "LOG_LEVEL", ("INFO", "DEBUG", "WARNING", "ERROR"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "request": {"()": "chuangxian.logs.KnowsRequest"},
        "untraced": {"()": "chuangxian.no_trace.Untraced"},
    },
    "formatters": {
        "json": {"()": "chuangxian.logs.JsonLines"},
        "plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s", "datefmt": "%H:%M:%S"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "filters": ["untraced", "request"],
            "formatter": "json" if PRODUCTION else "plain",
        }
    },
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        "django.server": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "axes": {"level": "WARNING"},
        "celery": {"level": LOG_LEVEL if PRODUCTION else "WARNING"},
        "kombu": {"level": "WARNING"},
    },
}
