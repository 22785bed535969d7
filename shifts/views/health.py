from django.contrib.auth.decorators import login_not_required
from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from nocturnes import clock
from shifts import health


@login_not_required
@require_GET
@never_cache
def healthz(request):
    """200 while everything works, 503 with the reasons while it does not: for whatever watches the site."""
    problems = health.problems(now=clock.now(), machine_now=clock.machine_now())
    response = JsonResponse({"ok": not problems, "problems": problems}, status=503 if problems else 200)
    # Django logs a 503 as an error each time; whoever watches asks often, and the answer itself says what is wrong.
    response._has_been_logged = True
    return response
