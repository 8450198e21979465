from django.conf import settings


def site(request):
    """Return the variables of every template: the site's name, and whether sign-up is open."""
    return {"SITE_NAME": settings.SITE_NAME, "SIGNUP_OPEN": settings.SIGNUP_OPEN}
