"""Django's settings. What differs between installations comes from the environment (environment.py)."""

import os
import sys
from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF

from . import __version__, collected, data_directory, databases, environment, secret_key

try:
    ENVIRONMENT = environment.read()
    data_directory.secure(ENVIRONMENT.data_dir)
    SECRET_KEY = ENVIRONMENT.secret_key or secret_key.key_in(ENVIRONMENT.data_dir)
except environment.EnvironmentFaults as faults:
    sys.exit(str(faults))
except OSError as error:
    sys.exit(f"alports cannot start, ALPORTS_DATA_DIR cannot be used: {error}")

# Places

BASE_DIR = environment.BASE_DIR
DATA_DIR = ENVIRONMENT.data_dir
CATALOGUE_DIR = BASE_DIR / "fixtures"

# What runs

DEBUG = ENVIRONMENT.debug
ALLOWED_HOSTS = ENVIRONMENT.allowed_hosts
PUBLIC_MATRIX = ENVIRONMENT.public_matrix
PATH_PREFIX = ENVIRONMENT.path_prefix  # path_prefix.py takes it off the paths that are asked for
FORCE_SCRIPT_NAME = PATH_PREFIX or None  # and so it is before every path that is written
ROOT_URLCONF = "alports_site.urls"
WSGI_APPLICATION = "alports_site.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "alports_site.apps.SiteConfig",
    "portmatrix.apps.PortmatrixConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "simple_history",
    "knox",
    "axes",
    "csp",
]

MIDDLEWARE = [
    "alports_site.browser_limits.restrict_browsers",  # first: static files and redirects carry its headers too
    "alports_site.path_prefix.below_path_prefix",  # before whoever looks at a path
    "portmatrix.middleware.believe_trusted_proxies_alone",
    "portmatrix.middleware.refuse_long_bodies",
    "csp.middleware.CSPMiddleware",  # before these: static files and redirects carry the policy too
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # after WhiteNoise, whose files are compressed once and for all
    "alports_site.no_nul.NoNul",  # before the first that reads a cookie
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portmatrix.middleware.name_user",
    "portmatrix.middleware.HandOverHeavyWork",
    "portmatrix.middleware.keep_private",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portmatrix.pages.access.PrivateMatrix",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",  # last: it turns the lockout that a login met into the answer
]

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
                "portmatrix.pages.context.frame",
            ],
        },
    },
]

# Database

DATABASES = {
    "default": databases.bounded(
        ENVIRONMENT.database or databases.sqlite(DATA_DIR / "alports.sqlite3"), ENVIRONMENT.database_timeouts
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    data_directory.secure_database(Path(DATABASES["default"]["NAME"]))

# Time and language

USE_TZ = True
TIME_ZONE = ENVIRONMENT.time_zone
LANGUAGE_CODE = "en"
USE_I18N = False

# Static files: collected, hashed and compressed by `manage.py serve`, sent by WhiteNoise

STATIC_URL = f"{PATH_PREFIX}/static/"
STATIC_ROOT = Path(os.environ.get(collected.VARIABLE, DATA_DIR / "static-files"))
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o600, 0o700  # of what is collected, too
WHITENOISE_ALLOW_ALL_ORIGINS = False  # no other site uses these files
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Who may come in

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # first: it refuses before a password is looked at
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "home"

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "portmatrix.pages.accounts.locked"
AXES_CLIENT_IP_CALLABLE = "alports_site.client_address.of_request"
AXES_USERNAME_CALLABLE = "alports_site.login_name.of_login"
AXES_VERBOSE = False

KNOX_TOKEN_MODEL = "portmatrix.ApiToken"
MIGRATION_MODULES = {"knox": None}  # its migrations would make a table for the token model that ours replaces
REST_KNOX = {
    "TOKEN_TTL": None,  # each token says itself when it expires
    "TOKEN_LIMIT_PER_USER": None,
    "AUTO_REFRESH": False,
    "AUTH_HEADER_PREFIX": "Token",
}

# What a browser is told

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    },
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = ENVIRONMENT.trusted_origins
CSRF_FAILURE_VIEW = "portmatrix.pages.errors.csrf_failure"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # in no cookie of their own

# Behind a proxy. What it says of its clients is believed from these addresses alone (portmatrix.middleware).
TRUSTED_PROXIES = ENVIRONMENT.trusted_proxies
DATA_UPLOAD_MAX_MEMORY_SIZE = ENVIRONMENT.max_body_bytes
HTTPS = ENVIRONMENT.https
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
USE_X_FORWARDED_HOST = False  # a proxy passes Host as the browser sent it
SECURE_REDIRECT_EXEMPT = [r"(^|/)(healthz|readyz)$"]  # probes come past the proxy, in plain HTTP
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = ENVIRONMENT.hsts_subdomains
SECURE_HSTS_PRELOAD = ENVIRONMENT.hsts_preload
# The other hosts below this one's name are not ours to decide about, unless somebody says so.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

# A browser takes a cookie with such a name over TLS alone, and one with __Host- from no other host and for all paths.
COOKIE_PREFIX = ("__Secure-" if PATH_PREFIX else "__Host-") if HTTPS else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = PATH_PREFIX or "/"

# Logging: everything to stderr, where whoever started the server looks

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"no_fault_of_ours": {"()": "alports_site.logs.NoFaultOfOurs"}},
    "formatters": {"line": {"()": f"alports_site.logs.{ENVIRONMENT.log_format.title()}Formatter"}},
    "handlers": {
        "stderr": {"class": "alports_site.logs.Handler", "formatter": "line", "filters": ["no_fault_of_ours"]}
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "django.request": {"level": "ERROR"},  # the line of each request tells of refused ones
        "axes": {"level": "ERROR"},  # the line of each sign-in tells more
    },
}

# The REST API

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "portmatrix.api.authentication.TokenAuthentication",  # first: a 401 asks for what it names
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "portmatrix.api.negotiation.Negotiation",
    "DEFAULT_METADATA_CLASS": None,  # the schema says it all
    "DEFAULT_PAGINATION_CLASS": "portmatrix.api.pagination.Pages",
    "DEFAULT_PARSER_CLASSES": ["portmatrix.api.parsing.StrictJSONParser"],
    "DEFAULT_PERMISSION_CLASSES": ["portmatrix.api.permissions.MayReadMatrix"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "portmatrix.api.schema.Schema",
    "EXCEPTION_HANDLER": "portmatrix.api.errors.answer_in_json",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}

SPECTACULAR_SETTINGS = {
    "TITLE": "alports",
    "DESCRIPTION": "The firewall ports of Citrix App Layering: who opens which port to whom, and who says so.",
    "VERSION": __version__,
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/",
    "SERVERS": [{"url": PATH_PREFIX}] if PATH_PREFIX else [],
    "COMPONENT_SPLIT_REQUEST": True,
    "GENERIC_ADDITIONAL_PROPERTIES": None,
    "ENUM_NAME_OVERRIDES": {
        "Kind": "portmatrix.choices.Kind",
        "Transport": "portmatrix.choices.Transport",
        "Application": "portmatrix.choices.Application",
        "TrafficClass": "portmatrix.choices.TrafficClass",
        "Section": "portmatrix.choices.Section",
        "Basis": "portmatrix.choices.Basis",
        "Severity": "portmatrix.choices.Severity",
        "Verdict": "portmatrix.choices.Verdict",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None},
}
