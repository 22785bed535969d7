from nocturnes.models import Evening, User


def on_duty(evening: Evening) -> list[User]:
    """Who hears of what happens to `evening`: the coordinator on duty, or all of them where nobody is named."""
    if evening.lead and evening.lead.is_active:
        return [evening.lead]
    return list(User.objects.filter(is_coordinator=True, is_active=True).order_by("pk"))
