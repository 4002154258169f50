"""A Django project whose database is an org."""

SECRET_KEY = "only for tests"
INSTALLED_APPS = ["salesforce", "crm"]
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
    "salesforce": {
        "ENGINE": "salesforce.backend",
        "CONSUMER_KEY": "mockorg",
        "CONSUMER_SECRET": "mockorg",
        "USER": "admin@mockorg.example",
        "PASSWORD": "mockorg",
        "HOST": "https://login.salesforce.com",
        "API_VERSION": "64.0",
    },
}
DATABASE_ROUTERS = ["salesforce.router.ModelRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
USE_TZ = True
SALESFORCE_QUERY_TIMEOUT = (4, 60)
