"""What granian serves."""

from django.core.checks import run_checks
from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

if failed := [check for check in run_checks() if check.is_serious()]:
    raise SystemExit("\n".join(str(check) for check in failed))
