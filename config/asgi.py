"""The ASGI application: HTTP by Django, `/ws/` by Channels."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.core.asgi import get_asgi_application

django_application = get_asgi_application()  # before any import of a model

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.checks import Tags, run_checks  # noqa: E402
from django.core.exceptions import ImproperlyConfigured  # noqa: E402

from accounts.identity.authentication import AuthenticationMiddleware  # noqa: E402
from chat.models.file_access import find_visible_files  # noqa: E402
from config import topics  # noqa: E402
from config.checks import SETTINGS  # noqa: E402
from config.page_queue import PageQueue  # noqa: E402
from config.proxies import BelieveProxies  # noqa: E402
from config.request_filter import RequestFilter  # noqa: E402
from config.request_id import RequestId  # noqa: E402
from config.subpath import OwnHost  # noqa: E402
from files.downloads.application import DownloadMiddleware  # noqa: E402
from files.uploads.application import UploadMiddleware  # noqa: E402
from notifications.streams.asgi_middleware import StreamMiddleware  # noqa: E402
from realtime.routing import websocket_urlpatterns  # noqa: E402
from realtime.serving.health import Health  # noqa: E402
from realtime.serving.lifespan import lifespan  # noqa: E402
from realtime.serving.metrics_page import MetricsPage  # noqa: E402

topics.register_topics()

# An unsafe production setting stops every server here, and not only those that manage.py starts. Only settings are
# checked: checks of models query the database, and uvicorn loads this file in its loop, where that is an error.
found = run_checks(tags=[SETTINGS, Tags.compatibility], include_deployment_checks=True)
if errors := [str(message) for message in found if message.is_serious()]:
    raise ImproperlyConfigured("\n".join(errors))

pages = RequestFilter(PageQueue(django_application))
site = ProtocolTypeRouter(
    {
        "http": Health(MetricsPage(StreamMiddleware(UploadMiddleware(DownloadMiddleware(pages, find_visible_files))))),
        "websocket": AuthenticationMiddleware(URLRouter(websocket_urlpatterns)),
        "lifespan": lifespan,
    }
)
application = BelieveProxies(RequestId(OwnHost(site)), settings.TRUSTED_PROXIES)
