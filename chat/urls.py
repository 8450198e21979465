"""The URLs of the chat."""

from django.urls import include, path, register_converter
from django.urls.converters import IntConverter

from chat.views import (
    browse,
    direct,
    files,
    history,
    home,
    invitations,
    levels,
    linked_messages,
    members,
    message_form,
    offline,
    people,
    preview_images,
    room,
    room_settings,
    search,
)


class IdConverter(IntConverter):
    """An id that the database can hold. A path with more digits matches no URL."""

    regex = "[0-9]{1,18}"


register_converter(IdConverter, "id")

urlpatterns = [
    path("", home.go_to_room, name="home"),
    path("", include("chat.invitation_urls")),
    path("jump.json", people.jump, name="jump"),
    path("offline/", offline.offline, name="offline"),
    path("messages.json", linked_messages.linked_messages, name="linked_messages"),
    path("people/search.json", people.search, name="people_search"),
    path("search/", search.show_results, name="search"),
    path("search.json", search.search_data, name="search_data"),
    path("search/complete.json", search.completions, name="search_completions"),
    path("files/<uuid:key>/small", files.find_nothing, name="file_small"),
    path("files/<uuid:key>/large", files.find_nothing, name="file_large"),
    path("files/<uuid:key>/<str:name>", files.find_nothing, name="file"),
    path("rooms/", browse.rooms, name="rooms"),
    path("rooms/new/", browse.new_room, name="room_new"),
    path("direct/", direct.open_direct, name="direct"),
    path("direct/new/", direct.new_direct, name="direct_new"),
    path("rooms/<id:room_id>/", room.show, name="room"),
    path("rooms/<id:room_id>/post/", message_form.post, name="room_post"),
    path("rooms/<id:room_id>/open.json", room.open_state, name="room_open"),
    path("rooms/<id:room_id>/state.json", room.state, name="room_state"),
    path("rooms/<id:room_id>/messages.json", history.messages_page, name="room_messages"),
    path("rooms/<id:room_id>/messages/<id:message_id>/source.json", history.source, name="message_source"),
    path(
        "rooms/<id:room_id>/messages/<id:message_id>/reactions.json",
        people.message_reactions,
        name="message_reactions",
    ),
    path(
        "rooms/<id:room_id>/messages/<id:message_id>/previews/<uuid:image>",
        preview_images.show_preview_image,
        name="preview_image",
    ),
    path("rooms/<id:room_id>/files/", files.list_files, name="room_files"),
    path("rooms/<id:room_id>/people/<id:user_id>/card.json", people.card, name="room_person"),
    path("rooms/<id:room_id>/join/", members.join, name="room_join"),
    path("rooms/<id:room_id>/leave/", members.leave, name="room_leave"),
    path("rooms/<id:room_id>/settings/", room_settings.settings, name="room_settings"),
    path("rooms/<id:room_id>/level/", levels.set_level, name="room_level"),
    path("rooms/<id:room_id>/link-previews/", room_settings.switch_link_previews, name="room_link_previews"),
    path("rooms/<id:room_id>/archive/", room_settings.archive, name="room_archive"),
    path("rooms/<id:room_id>/restore/", room_settings.restore, name="room_restore"),
    path("rooms/<id:room_id>/invite/", invitations.invite, name="room_invite"),
    path("rooms/<id:room_id>/members/<id:user_id>/role/", members.set_role, name="member_role"),
    path("rooms/<id:room_id>/members/<id:user_id>/remove/", members.remove, name="member_remove"),
]
