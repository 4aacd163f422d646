"""Django's settings. Settings that differ between installations come from the environment (environment.py)."""

import os
import sys
from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF

from . import __version__, data_directory, databases, environment, secret_key, static_files

try:
    ENVIRONMENT = environment.read()
    data_directory.secure(ENVIRONMENT.data_dir)
    SECRET_KEY = ENVIRONMENT.secret_key or secret_key.key_in(ENVIRONMENT.data_dir)
except environment.EnvironmentFaults as faults:
    sys.exit(str(faults))
except OSError as error:
    sys.exit(f"alports cannot start, ALPORTS_DATA_DIR cannot be used: {error}")

# Directories

BASE_DIR = environment.BASE_DIR
DATA_DIR = ENVIRONMENT.data_dir
CATALOGUE_DIR = BASE_DIR / "fixtures"

# The application

DEBUG = ENVIRONMENT.debug
ALLOWED_HOSTS = ENVIRONMENT.allowed_hosts
PUBLIC_MATRIX = ENVIRONMENT.public_matrix
PATH_PREFIX = ENVIRONMENT.path_prefix  # path_prefix.py removes it from the paths of requests
FORCE_SCRIPT_NAME = PATH_PREFIX or None  # makes Django write it before the path of every link
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
    "alports_site.security_headers.add_security_headers",  # first, so that static files and redirects have them too
    "alports_site.path_prefix.strip_path_prefix",  # before all that read the path
    "portmatrix.middleware.drop_untrusted_forwarding_headers",
    "portmatrix.middleware.refuse_long_bodies",
    "csp.middleware.CSPMiddleware",  # before the next two, so that static files and redirects have the policy too
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # after WhiteNoise, whose files are already compressed
    "alports_site.nul_characters.RefuseNulCharacters",  # before the first that reads a cookie
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portmatrix.middleware.pass_user_to_log",
    "portmatrix.middleware.HeavyWorkMiddleware",
    "portmatrix.middleware.forbid_caching_of_private_responses",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portmatrix.pages.access.PrivateMatrix",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",  # last: it replaces the response of a login that was locked out
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
    "default": databases.with_timeouts(
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

# Static files: `manage.py serve` collects, hashes and compresses them, WhiteNoise sends them

STATIC_URL = f"{PATH_PREFIX}/static/"
STATIC_ROOT = Path(os.environ.get(static_files.VARIABLE, DATA_DIR / "static-files"))
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o600, 0o700  # of collected static files, too
WHITENOISE_ALLOW_ALL_ORIGINS = False  # no other site uses these files
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Signing in, and tokens

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # first: it refuses a locked login before the password is checked
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
MIGRATION_MODULES = {"knox": None}  # its migrations would make a table for knox's own token model
REST_KNOX = {
    "TOKEN_TTL": None,  # each token has an expiry date of its own, or none
    "TOKEN_LIMIT_PER_USER": None,
    "AUTO_REFRESH": False,
    "AUTH_HEADER_PREFIX": "Token",
}

# Headers for browsers

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
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # instead of a cookie

# Behind a proxy. Its X-Forwarded-… headers count only if they come from these addresses (portmatrix.middleware).
TRUSTED_PROXIES = ENVIRONMENT.trusted_proxies
DATA_UPLOAD_MAX_MEMORY_SIZE = ENVIRONMENT.max_body_bytes
HTTPS = ENVIRONMENT.https
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
USE_X_FORWARDED_HOST = False  # a proxy has to pass on Host as the browser sent it
SECURE_REDIRECT_EXEMPT = [r"(^|/)(healthz|readyz)$"]  # probes do not come through the proxy, so they use plain HTTP
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = ENVIRONMENT.hsts_subdomains
SECURE_HSTS_PRELOAD = ENVIRONMENT.hsts_preload
# Django warns if HSTS does not cover subdomains; but whether these speak HTTPS is for the operator to say.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

# A browser accepts cookies with these prefixes only over HTTPS, and with __Host- only from this host and for all paths.
COOKIE_PREFIX = ("__Secure-" if PATH_PREFIX else "__Host-") if HTTPS else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = PATH_PREFIX or "/"

# Logging: everything goes to standard error

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"expected": {"()": "alports_site.logs.HideExpectedTracebacks"}},
    "formatters": {"line": {"()": f"alports_site.logs.{ENVIRONMENT.log_format.title()}Formatter"}},
    "handlers": {"stderr": {"class": "alports_site.logs.Handler", "formatter": "line", "filters": ["expected"]}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "django.request": {"level": "ERROR"},  # refused requests are seen in the lines of requests
        "axes": {"level": "ERROR"},  # refused sign-ins are seen in the lines of sign-ins
    },
}

# The REST API

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "portmatrix.api.authentication.TokenAuthentication",  # first: its scheme is in the header of a 401
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "portmatrix.api.negotiation.Negotiation",
    "DEFAULT_METADATA_CLASS": None,  # the schema describes everything that OPTIONS would
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
