"""Makes the first administrator from the environment, so that somebody can log in to a new installation."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

HOW_TO = (
    "There is no administrator yet. To make one: `python manage.py createsuperuser`, "
    "or set ALPORTS_ADMIN_USERNAME and ALPORTS_ADMIN_PASSWORD and start again."
)


class Command(BaseCommand):
    """`manage.py ensure_admin`: does nothing if there is a superuser, so that it never resets a changed password."""

    help = (
        "Make the superuser that ALPORTS_ADMIN_USERNAME and ALPORTS_ADMIN_PASSWORD name, unless there is one already."
    )

    def handle(self, **options: object) -> None:
        """Make the superuser, or say how to make one. Raises `CommandError` if the name or password is refused."""
        users = get_user_model().objects
        if users.filter(is_superuser=True, is_active=True).exists():
            return
        name, password = settings.ENVIRONMENT.admin_username, settings.ENVIRONMENT.admin_password
        if not name:
            self.stdout.write(HOW_TO)
            return
        if users.filter(username=name).exists():
            raise CommandError(f"ALPORTS_ADMIN_USERNAME: there is a user '{name}' already, who is no administrator.")
        _make_superuser(name, password)
        self.stdout.write(f"Made the administrator '{name}'.")


def _make_superuser(name: str, password: str) -> None:
    user = get_user_model()(username=name, is_staff=True, is_superuser=True)
    _refuse_faults("ALPORTS_ADMIN_USERNAME", lambda: user.clean_fields(exclude=["password"]))
    _refuse_faults("ALPORTS_ADMIN_PASSWORD", lambda: validate_password(password, user))
    user.set_password(password)
    user.save()


def _refuse_faults(variable, validate) -> None:
    try:
        validate()
    except ValidationError as error:
        raise CommandError(f"{variable}: {' '.join(error.messages)}") from error
