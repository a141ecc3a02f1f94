"""The settings of a public installation, and the one place where the environment is read.

Each variable stands in the README's table. A missing or malformed one ends the start with its name.
"""

from datetime import timedelta
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))

# --- who we are -------------------------------------------------------------------------------------------------------

SECRET_KEY = env.str("SECRET_KEY")
DEBUG = False

PUBLIC_URL = env.str("PUBLIC_URL").rstrip("/")
_public = urlsplit(PUBLIC_URL)
if _public.scheme not in {"http", "https"} or not _public.hostname or _public.path:
    raise ImproperlyConfigured(f"PUBLIC_URL must be like https://city.example.org, not {PUBLIC_URL!r}")
PUBLIC_SCHEME = _public.scheme
PUBLIC_PORT = _public.port or (443 if PUBLIC_SCHEME == "https" else 80)
PUBLIC_HOSTNAME = _public.hostname

# Hosts that serve the admin beside the city's own; the public hosts of districts never do.
ADMIN_HOSTS = env.list("ADMIN_HOSTS", default=[])
# Every host is let in here: sites.hosts answers an unknown one with a 404 that says so.
ALLOWED_HOSTS = ["*"]

HTTPS = PUBLIC_SCHEME == "https"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=3600) if HTTPS else 0
SECURE_SSL_REDIRECT = HTTPS and env.bool("SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
TRUST_PROXY = env.bool("TRUST_PROXY", default=False)
if TRUST_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# How many entries at the end of X-Forwarded-For are written by proxies of ours; none is believed without one.
PROXY_COUNT = env.int("PROXY_COUNT", default=1) if TRUST_PROXY else 0
if TRUST_PROXY and PROXY_COUNT < 1:
    raise ImproperlyConfigured(f"PROXY_COUNT must be at least 1 with TRUST_PROXY, not {PROXY_COUNT}")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# Of every answer that sets none itself, as the public pages do. What Wagtail does not allow: docs/decisions/0009.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "frame-src": ["'self'"],
        "media-src": ["'self'"],
        "manifest-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'self'"],
    }
}
X_FRAME_OPTIONS = "SAMEORIGIN"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

# --- what runs --------------------------------------------------------------------------------------------------------

# Our rooms stand before Wagtail, so that what they register is there before Wagtail's fallbacks.
INSTALLED_APPS = [
    "cms",
    "festival",
    "media",
    "sites",
    "wagtail.users",
    "wagtail.sites",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "taggit",
    "modelcluster",
    "django_tasks",
    "django_tasks_db",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "axes",
    "csp",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "sites.hosts.KnownHostMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "sites.content_security.PermissionsPolicyMiddleware",
    "sites.uploads.BodyLimitMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "sites.sign_in.middleware.SessionLimitsMiddleware",
    "sites.sign_in.middleware.SecondFactorMiddleware",
    "axes.middleware.AxesMiddleware",
    # Before the next one, which runs the view itself.
    "sites.gate.GateMiddleware",
    "sites.transactions.AtomicWritesMiddleware",
]

ROOT_URLCONF = "cms.urls"
WSGI_APPLICATION = "cms.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "districts.User"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- signing in: sites/sign_in, docs/decisions/0009 -------------------------------------------------------------------

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
# Hard to try out in bulk on hardware made for it; the others are read, and replaced at the next sign-in.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
PASSWORD_RESET_TIMEOUT = 60 * 60
WAGTAILADMIN_USER_PASSWORD_RESET_FORM = "sites.sign_in.forms.PasswordResetForm"  # noqa: S105 - a path

# The limits themselves, which differ by what is counted, stand in sites.sign_in.limits; 100 is per cent of them.
AXES_HANDLER = "sites.sign_in.limits.LimitsHandler"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], "username", "ip_address"]
AXES_FAILURE_LIMIT = 100
AXES_COOLOFF_TIME = timedelta(minutes=30)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "sites.client_address.client_network"
AXES_LOCKOUT_CALLABLE = "sites.sign_in.limits.lockout_response"
AXES_DISABLE_ACCESS_LOG = True  # the audit trail has it
AXES_VERBOSE = False
OTP_TOTP_ISSUER = "邻里"

SESSION_COOKIE_AGE = env.int("SESSION_HOURS", default=12) * 60 * 60
SESSION_IDLE_SECONDS = env.int("SESSION_IDLE_MINUTES", default=120) * 60
if SESSION_COOKIE_AGE <= 0 or SESSION_IDLE_SECONDS <= 0:
    raise ImproperlyConfigured("SESSION_HOURS and SESSION_IDLE_MINUTES must be more than 0")
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
if HTTPS:
    # No other host of the domain, and no page over plain HTTP, can set or overwrite cookies of these names.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# --- database, cache, tasks -------------------------------------------------------------------------------------------

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'linli.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE: a transaction that will write takes the lock at once and waits, instead of failing half-way.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

REDIS_URL = env.str("REDIS_URL", default="")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# Wagtail's own tasks keep its reference and search index; they run at once, in the page's transaction, because the
# shelf finds an item's dependents through that index. Ours, which make pictures, go to the worker.
TASKS = {
    "default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"},
    "worker": {"BACKEND": "django_tasks_db.DatabaseBackend"},
}

# --- files ------------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
# The public sites: one folder (or key prefix) for each district.
PUBLISHED_ROOT = VAR_DIR / "published"

S3_MEDIA_BUCKET = env.str("S3_MEDIA_BUCKET", default="")
S3_PUBLISHED_BUCKET = env.str("S3_PUBLISHED_BUCKET", default="")


def _s3_options(bucket: str) -> dict[str, object]:
    """Options of django-storages for one bucket; keys are required as soon as a bucket is named."""
    return {
        "bucket_name": bucket,
        "endpoint_url": env.str("S3_ENDPOINT_URL", default="") or None,
        "region_name": env.str("S3_REGION", default="") or None,
        "access_key": env.str("S3_ACCESS_KEY"),
        "secret_key": env.str("S3_SECRET_KEY"),
        "addressing_style": env.str("S3_ADDRESSING_STYLE", default="path"),
        "signature_version": "s3v4",
        "default_acl": None,
        "querystring_auth": False,
    }


STORAGES: dict[str, dict[str, object]] = {
    "default": {
        "BACKEND": "media.storage.MediaS3Storage",
        "OPTIONS": {**_s3_options(S3_MEDIA_BUCKET), "file_overwrite": False},
    }
    if S3_MEDIA_BUCKET
    else {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "published": {
        "BACKEND": "cms.publishing.storage.PublishedS3Storage",
        "OPTIONS": {**_s3_options(S3_PUBLISHED_BUCKET), "file_overwrite": True},
    }
    if S3_PUBLISHED_BUCKET
    else {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(PUBLISHED_ROOT), "base_url": "/"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# A file beyond this is dropped while it is read, and the form it was sent to says so; a request beyond LARGEST_BODY
# is not read at all: sites/uploads.py. Each form has its own limit below.
LARGEST_UPLOAD = 50 * 1024 * 1024
LARGEST_BODY = 256 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "sites.uploads.BoundedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_NUMBER_FILES = 20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a long StreamField page has thousands of form fields
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

# --- language and time ------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
# Wagtail's script catalogue looks only into its own app and here, so an app's folder would not be enough.
LOCALE_PATHS = [BASE_DIR / "cms" / "locale"]
USE_TZ = True

# --- Wagtail ----------------------------------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = "邻里"
WAGTAILADMIN_BASE_URL = PUBLIC_URL
WAGTAIL_I18N_ENABLED = False
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAILADMIN_PERMITTED_LANGUAGES = [("zh-hans", "简体中文")]
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILIMAGES_IMAGE_MODEL = "media.Picture"
WAGTAILIMAGES_IMAGE_FORM_BASE = "media.forms.PictureForm"
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp", "avif", "heic"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 60_000_000
WAGTAILDOCS_DOCUMENT_MODEL = "media.Document"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "media.forms.DocumentForm"
WAGTAILDOCS_MAX_UPLOAD_SIZE = LARGEST_UPLOAD
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "xlsx", "pptx", "csv", "txt", "zip"]
# A pasted address stays an address: Wagtail would look it up among the pages of every district.
WAGTAILADMIN_EXTERNAL_LINK_CONVERSION = "never"
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []  # no request ever leaves for another host
WAGTAILADMIN_RICH_TEXT_EDITORS = {
    "default": {
        "WIDGET": "wagtail.admin.rich_text.DraftailRichTextArea",
        "OPTIONS": {"features": ["bold", "italic", "ol", "ul", "link", "hr"]},
    }
}
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
LOGIN_URL = "wagtailadmin_login"

# --- API --------------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["sites.api.authentication.BearerToken"],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["sites.api.rendering.PlainJSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "sites.api.problems.problem_response",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "邻里 API",
    "DESCRIPTION": "一城各区的社区故事、社区匠人、邻里空间与邻里节。公开内容只读，每条在发布时生成；草稿要令牌。"
    "摊位在这里报名，不用账号：一份申请凭它的私人链接查看和办理。",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PUBLIC": True,
    "PREPROCESSING_HOOKS": ["sites.api.schema.only_ours"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": False,
    "APPEND_COMPONENTS": {
        "securitySchemes": {
            "device": {
                "type": "http",
                "scheme": "bearer",
                "description": "一台签到设备的链接里的密钥，组织者在后台给出。",
            }
        }
    },
    # What different things call `kind`, `mode` or `state` alike.
    "ENUM_NAME_OVERRIDES": {
        "ApplicationStateEnum": "festival.enums.ApplicationState",
        "BoothStateEnum": "festival.domain.availability.STATES",
        "ContactKindEnum": "festival.enums.ContactKind",
        "ProgrammeItemKindEnum": "festival.enums.ItemKind",
        "QuestionKindEnum": "festival.enums.QuestionKind",
        "StateEnum": "sites.enums.DraftState",
        "ZoneModeEnum": "festival.enums.ZoneMode",
    },
}

# --- mail and logs ----------------------------------------------------------------------------------------------------

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
# Whatever is mailed is a row of the sender's transaction first; the worker sends it through what EMAIL_URL names.
OUTBOX_EMAIL_BACKEND = EMAIL_CONFIG["EMAIL_BACKEND"]
EMAIL_BACKEND = "sites.outbox_mail.OutboxEmailBackend"
EMAIL_TIMEOUT = 20  # seconds; a mail server that says nothing must not outlast the lease of a message
OUTBOX_KEEP_DAYS = env.int("OUTBOX_KEEP_DAYS", default=30)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"linli@{PUBLIC_HOSTNAME}")
# Hosts of SMS gateways in the own network: they may have private addresses and plain HTTP. All others may not.
GATEWAY_PRIVATE_HOSTS = env.list("GATEWAY_PRIVATE_HOSTS", default=[])
WAGTAILADMIN_NOTIFICATION_FROM_EMAIL = f'"{WAGTAIL_SITE_NAME}" <{parseaddr(DEFAULT_FROM_EMAIL)[1]}>'
WAGTAILADMIN_NOTIFICATION_INCLUDE_SUPERUSERS = False

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
        "troubles": {"class": "logging.StreamHandler", "formatter": "line", "level": "WARNING"},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        # Each task says twice that all is well; only what is not is worth a line.
        "django_tasks": {"handlers": ["troubles"], "level": LOG_LEVEL, "propagate": False},
    }
    | {
        name: {"handlers": ["stderr"], "level": LOG_LEVEL, "propagate": False}
        for name in ("cms", "festival", "media", "sites", "frontend_static")
    },
}
