from django.conf import settings


def site(request):
    """What every page may show: the site's name, and whether new people may sign up."""
    return {"SITE_NAME": settings.SITE_NAME, "SIGNUP_OPEN": settings.SIGNUP_OPEN}
