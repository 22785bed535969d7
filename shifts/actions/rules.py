"""The rules of an edition change, and what was planned by the old ones with them."""

from datetime import datetime

from django.db import transaction

from nocturnes import history
from nocturnes.history import Actor
from nocturnes.models import Edition
from nocturnes.rule_checks import refuse_unfit
from nocturnes.rules import Rules, to_data
from shifts.models import Search

from . import searches
from .reminders import replan_reminders

# What is a column of the edition itself.
SWITCHES = ("sign_up_open", "welcome_is_automatic", "shows_figures")
# What decides when a search asks.
OF_SEARCHES = {
    "paces",
    "quiet_from",
    "quiet_until",
    "quiet_days",
    "working_days",
    "working_hour",
    "last_useful",
    "undo",
}


@transaction.atomic
def change_rules(edition: Edition, rules: Rules, switches: dict[str, bool], *, by: Actor, now: datetime) -> int:
    """Keep `rules` and `switches` (of SWITCHES) as the edition's own. Returns how many reminders leave at another time.

    Reminders of published evenings that have not left yet move with their rule; searches that go on ask earlier where
    the new pace says so. What was sent stays sent. Raises RulesDoNotFit.
    """
    refuse_unfit(rules)
    edition = Edition.objects.select_for_update(no_key=True).get(pk=edition.pk)
    old, data = edition.rules, to_data(rules)
    changed = {
        name: [edition.rules_data.get(name), data.get(name)]
        for name in {*edition.rules_data, *data}
        if edition.rules_data.get(name) != data.get(name)
    }
    changed |= {
        name: [getattr(edition, name), value] for name, value in switches.items() if getattr(edition, name) != value
    }
    if not changed:
        return 0
    Edition.objects.filter(pk=edition.pk).update(rules_data=data, **switches)
    history.record("changed_rules", edition, by=by, now=now, changed=changed)
    edition = Edition.objects.get(pk=edition.pk)
    if OF_SEARCHES & changed.keys():
        _settle_searches(edition, by=by, now=now)
    return replan_reminders(edition, old, by=by, now=now)


def _settle_searches(edition, *, by, now):
    live = Search.objects.live().filter(post__opening__evening__edition=edition).select_related("post")
    for search in live.order_by("post_id"):
        searches.settle(search.post, repaced=True, by=by, now=now)
