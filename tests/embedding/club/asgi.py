from django.core.asgi import get_asgi_application

from notifications.embedding import with_live_bell

application = with_live_bell(get_asgi_application())
