"""The URLs of the stream pages, the announcements and the stream API."""

from django.urls import path

from notifications.streams.views import announcements, api, new_stream, streams

urlpatterns = [
    path("streams/", streams.index, name="streams"),
    path("streams/mine.json", streams.mine, name="streams_mine"),
    path("streams/new/", new_stream.new_stream, name="stream_new"),
    path("streams/<slug:slug>/", streams.show, name="stream"),
    path("streams/<slug:slug>/points.json", streams.points, name="stream_points"),
    path("streams/<slug:slug>/subscribe/", streams.subscribe, name="stream_subscribe"),
    path("streams/<slug:slug>/unsubscribe/", streams.unsubscribe, name="stream_unsubscribe"),
    path("announcements/current.json", announcements.current, name="announcements"),
    path("announcements/<int:announcement_id>/dismiss/", announcements.dismiss, name="announcement_dismiss"),
    path("api/streams/<str:slug>/", api.publish, name="stream_api"),
    # A redirect to the URL with a slash would lose the body.
    path("api/streams/<str:slug>", api.publish),
]
