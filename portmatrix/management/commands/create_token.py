"""Makes an API token and prints it. It can't be read again later."""

from datetime import timedelta

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from portmatrix.models import ApiToken
from portmatrix.naming import unknown
from portmatrix.utils.text import why_blank

LONGEST_NAME = ApiToken._meta.get_field("name").max_length
MOST_DAYS = 3650


class Command(BaseCommand):
    """`manage.py create_token USER`: standard output gets only the token, so that a script can use it."""

    help = "Make an API token for a user and print it. It is shown this once: only its hash is stored."

    def add_arguments(self, parser):
        parser.add_argument("user", help="name of the user whose rights the token has")
        parser.add_argument("--read-only", action="store_true", help="the token never writes, whatever the user may do")
        parser.add_argument("--expires-days", type=int, metavar="N", help="days until it expires; without, it does not")
        parser.add_argument("--name", default="", metavar="TEXT", help="what it is for, as the admin lists it")

    def handle(self, *, user, read_only, expires_days, name, **options):
        """Print the token. Raises `CommandError` if an argument can't be used."""
        owner = _owner(user)
        expiry = _lifetime(expires_days)
        if len(name) > LONGEST_NAME:
            raise CommandError(f"--name has {len(name)} characters. Give at most {LONGEST_NAME}.")
        if name and (why := why_blank(name)):
            raise CommandError(f"--name: {why}")
        record, token = ApiToken.objects.create(owner, expiry=expiry, name=name, read_only=read_only)
        self.stderr.write(_explanation(record))
        self.stdout.write(token)


def _owner(name):
    users = get_user_model().objects
    owner = users.filter(username=name).first()
    if owner is None:
        hint = unknown("user", name, users.values_list("username", flat=True), most=0).hint
        raise CommandError(f"No user '{name}'.{hint or ' Make one in the admin, or with manage.py createsuperuser.'}")
    if not owner.is_active:
        raise CommandError(f"The user '{name}' is not active, so the token would be refused. Activate the user first.")
    return owner


def _lifetime(days):
    if days is None:
        return None
    if not 1 <= days <= MOST_DAYS:
        raise CommandError(f"--expires-days is {days}. Give 1 to {MOST_DAYS}, or leave it out.")
    return timedelta(days=days)


def _explanation(record):
    rights = "It only reads." if record.read_only else f"It may do what {record.user} may do."
    until = f"It expires on {record.expiry:%Y-%m-%d %H:%M %Z}." if record.expiry else "It does not expire."
    return f"{rights} {until} Keep it: it is not shown again. Send it as “Authorization: Token <token>”."
